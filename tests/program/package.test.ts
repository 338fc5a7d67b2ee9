import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { VERSION } from '../../src/version.js';

// The package as people get it: packed from a copy of the checkout, so that dist/ is made anew, then installed.

const PACKED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE-MIT',
  'LICENSE-APACHE',
  'src',
  'templates',
  'events',
  'schemas',
  'scripts',
  'tsconfig.json',
  'tsconfig.types.json',
];
const checkout = packageRoot();
let top: string;
let files: string[];
let prefix: string;

beforeAll(async () => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'crablet-package-')));
  const copy = join(top, 'copy');
  for (const path of PACKED) cpSync(join(checkout, path), join(copy, path), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
  const packed = await succeeds('npm', ['pack', '--json', '--loglevel=error'], copy);
  const [made] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as {
    filename: string;
    files: { path: string }[];
  }[];
  files = made!.files.map(({ path }) => path);
  prefix = join(top, 'prefix');
  await succeeds(
    'npm',
    ['install', '-g', '--prefix', prefix, '--prefer-offline', '--loglevel=error', made!.filename],
    copy,
  );
}, 180_000);

// Some four thousand files: slow on a busy machine.
afterAll(() => rmSync(top, { recursive: true, force: true }), 120_000);

describe('the packed files', () => {
  it('are what a user needs', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE-MIT',
        'LICENSE-APACHE',
        'dist/crablet.cjs',
        'dist/crablet.js',
        'dist/index.js',
        'dist/types/index.d.ts',
        'dist/cdk/index.js',
        'dist/types/cdk/index.d.ts',
        'events/index.json',
        ...readdirSync(join(checkout, 'schemas')).map((name) => `schemas/${name}`),
        'templates/http/Cargo.toml',
      ]),
    );
  });

  it('are nothing else', () => {
    const known =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE-(MIT|APACHE)|(dist|events|schemas|templates)\/.+)$/;
    expect(files.filter((path) => !known.test(path))).toEqual([]);
    expect(
      files.filter((path) => /\.map$|\.test\.|\.fixture\.|\.next-|\/target\/|Cargo\.lock$/.test(path)),
    ).toEqual([]);
  });

  it('need no package that only the checkout has', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(checkout, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'peerDependencies', object>;
    const named = Object.keys({ ...dependencies, ...peerDependencies });
    const isNamed = (name: string) => named.some((one) => name === one || name.startsWith(`${one}/`));
    const imported =
      /^(?:import|export)\s(?:[\w*{},\s$]+\sfrom\s)?["']([^."'][^"']*)["']|\bimport\(["']([^."'][^"']*)["']\)/gm;
    const bare = files
      .filter((path) => /^dist\/.*\.(c?js|d\.ts)$/.test(path))
      .flatMap((path) => [...installedText(path).matchAll(imported)])
      .map(([, name, lazyName]) => name ?? lazyName ?? '')
      .filter((name) => !isBuiltin(name));
    expect(bare).not.toEqual([]);
    expect([...new Set(bare)].filter((name) => !isNamed(name))).toEqual([]);
  });
});

describe('the installed package', () => {
  it.each(['crablet', 'cargo-crablet'])('has the program %s', async (name) => {
    expect(await succeeds(join(prefix, 'bin', name), ['--version'])).toBe(`crablet ${VERSION}\n`);
  });

  // Node.js looks for a flag of this name itself, wherever it stands, and ends before any line of ours is run.
  it('is refused an --env-file that is not there', async () => {
    const argv = ['build', '--env-file', 'no-such.env'];
    await expect(succeeds(join(prefix, 'bin', 'crablet'), argv)).rejects.toThrow('no-such.env: not found');
  });

  it('lists its commands', async () => {
    expect(await succeeds(join(prefix, 'bin', 'crablet'), ['--help'])).toContain('watch|start');
  });

  it('makes a project from the templates it brought', async () => {
    await succeeds(join(prefix, 'bin', 'crablet'), ['new', 'hello', '--http'], top);
    expect(readFileSync(join(top, 'hello', 'src', 'http_handler.rs'), 'utf8')).toContain(
      'this is Rust on Lambda',
    );
  });

  it.skipIf(spawnSync('cargo', ['--version']).status !== 0)('is a subcommand of cargo', async () => {
    const PATH = `${join(prefix, 'bin')}${delimiter}${process.env['PATH']}`;
    expect(await succeeds('cargo', ['crablet', '--version'], top, { PATH })).toBe(`crablet ${VERSION}\n`);
  });

  it('is a library', async () => {
    const code = `import { createLocalLambda, VERSION } from 'crablet';
      const lambda = await createLocalLambda({ functions: [{ name: 'hello' }] });
      console.log(VERSION, lambda.urlOf('hello').startsWith('http://127.0.0.1:'));
      await lambda.close();`;
    symlinkSync(join(prefix, 'lib', 'node_modules'), join(top, 'node_modules'));
    writeFileSync(join(top, 'library.mjs'), code);
    expect(await succeeds(process.execPath, ['library.mjs'], top)).toBe(`${VERSION} true\n`);
  });

  it('has types that stand on their own', { timeout: 120_000 }, async () => {
    const user = join(top, 'user');
    mkdirSync(join(user, 'node_modules'), { recursive: true });
    for (const [from, name] of [
      [join(prefix, 'lib', 'node_modules'), 'crablet'],
      [join(checkout, 'node_modules'), '@types'],
      [join(checkout, 'node_modules'), 'undici-types'],
    ] as const) {
      symlinkSync(join(from, name), join(user, 'node_modules', name));
    }
    writeFileSync(join(user, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(user, 'test.ts'),
      `import { createLocalLambda, type InvokeResult, type LocalLambda } from 'crablet';
      const lambda: LocalLambda = await createLocalLambda({ functions: [{ name: 'hello', timeoutSeconds: 3 }] });
      const result: InvokeResult = await lambda.invoke('hello', { answer: 42 });
      // @ts-expect-error a number is no function name
      await lambda.invoke(42);
      export { result };`,
    );
    const options = ['--strict', '--target', 'ES2023', '--module', 'NodeNext', '--types', 'node', '--noEmit'];
    await succeeds(
      process.execPath,
      [join(checkout, 'node_modules/typescript/bin/tsc'), ...options, 'test.ts'],
      user,
    );
  });
});

function installedText(path: string): string {
  return readFileSync(join(prefix, 'lib', 'node_modules', 'crablet', path), 'utf8');
}

/** Stdout of a program that must end well; otherwise the test tells all that it said. */
function succeeds(
  program: string,
  args: readonly string[],
  cwd = top,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${error.message}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}
