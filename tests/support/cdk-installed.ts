import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which crablet is installed as npm would install it, with its types, and beside it the CDK. */
export class InstalledCrablet {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'crablet-installed-')));

  constructor() {
    const root = packageRoot();
    const modules = join(this.folder, 'node_modules');
    const own = join(modules, 'crablet');
    mkdirSync(own, { recursive: true });
    cpSync(join(root, 'package.json'), join(own, 'package.json'));
    cpSync(join(root, 'dist'), join(own, 'dist'), {
      recursive: true,
      filter: (path) => !path.includes('.next-'),
    });
    execFileSync(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(root, 'tsconfig.types.json'),
      '--outDir',
      join(own, 'dist/types'),
    ]);
    // As scripts/prune-types.js does it before a release.
    writeFileSync(join(own, 'dist/types/cdk/package.json'), '{"type":"commonjs"}');
    for (const name of ['aws-cdk-lib', 'constructs', 'typescript', 'aws-cdk', '@types', '@aws-sdk', '.bin']) {
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Makes a repository of a folder, with all that is in it committed. */
  repository(folder: string, branch: string): void {
    const cwd = join(this.folder, folder);
    const git = (...argv: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...argv], { cwd });
    git('init', '--quiet', `--initial-branch=${branch}`);
    git('add', '--all');
    git('commit', '--quiet', '--message', 'all');
  }

  /** What tsc complains of, with a configuration; empty when nothing. */
  async typeErrors(
    configuration: Readonly<Record<string, unknown>>,
    files: readonly string[],
  ): Promise<string> {
    const name = `tsconfig-${Object.values(configuration).join('-')}.json`;
    this.write(
      name,
      JSON.stringify({
        // Types of the CDK itself are in need of Node's.
        compilerOptions: {
          target: 'ES2022',
          strict: true,
          noEmit: true,
          types: ['node'],
          skipLibCheck: true,
          ...configuration,
        },
        files,
      }),
    );
    const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
    const { code, stdout, stderr } = await ended(process.execPath, [tsc, '-p', name], this.folder);
    return code === 0 ? '' : `${stdout}${stderr}`;
  }

  /** How an app of it ends, and what it says. */
  run(app: string, at: string, env: NodeJS.ProcessEnv): Promise<Ended> {
    return ended(process.execPath, [app], join(this.folder, at), { ...process.env, ...env });
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }
}

/** So that several can run at once: the compilers and apps here take seconds of one processor each. */
function ended(program: string, args: readonly string[], cwd: string, env = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd, env, encoding: 'utf8' }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
