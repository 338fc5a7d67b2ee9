import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';

// ./crablet in a checkout whose npm and build are scripted: they note that they ran, and leave what the real ones do.

const NPM = `#!/bin/sh
echo "npm $*" >>"$LOG"
mkdir -p node_modules && touch node_modules/.package-lock.json
`;
const BUILD = `import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
const begun = new Date();
appendFileSync(process.env.LOG, 'build\\n');
if (process.env.EDIT) { writeFileSync(process.env.EDIT, ''); utimesSync(process.env.EDIT, new Date(+begun + 1000), new Date(+begun + 1000)); }
if (process.env.KILLED) process.kill(process.pid, 'SIGKILL');
console.log('what a build prints');
if (process.env.BROKEN) process.exit(1);
mkdirSync('dist', { recursive: true });
writeFileSync('dist/crablet.cjs', 'console.log(JSON.stringify(process.argv.slice(2))); if (process.env.SHOW) console.log(process.env[process.env.SHOW]); process.exitCode = 7;');
utimesSync('dist/crablet.cjs', begun, begun);
`.replaceAll("'dist", "import.meta.dirname + '/../dist");

let root: string;
let tools: string;
let log: string;

beforeEach(() => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'crablet checkout ')));
  root = join(top, 'a checkout');
  tools = join(top, 'tools');
  log = join(top, 'log');
  for (const folder of [tools, join(root, 'src', 'cli'), join(root, 'scripts')])
    mkdirSync(folder, { recursive: true });
  copyFileSync(join(packageRoot(), 'crablet'), join(root, 'crablet'));
  writeFileSync(log, '');
  script(join(tools, 'npm'), NPM);
  old('package-lock.json', '{}');
  old('scripts/build.js', BUILD);
  old('package.json', '{"type":"module"}');
  old('src/errors.ts', '');
  old('src/cli/main.ts', '');
  old('src/cli/main.test.ts', '');
  for (const folder of ['src', 'src/cli']) age(join(root, folder), 60);
});

afterEach(() => rmSync(dirname(root), { recursive: true, force: true }));

describe('first use', () => {
  it('installs, builds, and hands arguments, stdout and exit code on', async () => {
    const { stdout, stderr, code } = await crablet(['new', 'two words', '']);
    expect(JSON.parse(stdout)).toEqual(['new', 'two words', '']);
    expect(stderr).toBe('crablet: installing packages…\ncrablet: building…\nwhat a build prints\n');
    expect(code).toBe(7);
    expect(ran()).toEqual(['npm ci --no-audit --no-fund --loglevel=error', 'build']);
  });

  it('works from anywhere, through links', async () => {
    symlinkSync('a checkout/crablet', join(root, '..', 'relative link'));
    symlinkSync(join(root, '..', 'relative link'), join(tools, 'absolute link'));
    const { code } = await run(join(tools, 'absolute link'), [], { cwd: tools });
    expect(code).toBe(7);
    expect(existsSync(join(root, 'dist', 'crablet.cjs'))).toBe(true);
  });

  it('hands on variables that sh cannot spell, as Cargo Lambda has them', async () => {
    const name = 'CARGO_LAMBDA_BUILD.INCLUDE';
    const { stdout } = await crablet(['build'], {
      SHOW: name,
      [name]: '[a b, *, $HOME]',
      'CARGO_LAMBDA_WATCH.WAIT': 'true',
    });
    expect(stdout).toBe('["build"]\n[a b, *, $HOME]\n');
  });

  it('is done once when several start at once', async () => {
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => crablet([String(n)])));
    expect(all.map(({ stdout }) => JSON.parse(stdout)[0])).toEqual(['1', '2', '3', '4', '5']);
    expect(ran()).toHaveLength(2);
    expect(readdirSync(join(root, '.tools'))).toEqual([]);
  });
});

describe('later uses', () => {
  beforeEach(async () => {
    await crablet([]);
    writeFileSync(log, '');
  });

  it('neither install nor build', async () => {
    const { stderr } = await crablet([]);
    expect(stderr).toBe('');
    expect(ran()).toEqual([]);
  });

  it.each(['src/errors.ts', 'src/cli/main.ts', 'scripts/build.js'])(
    'build when %s is newer',
    async (path) => {
      age(join(root, path), -60);
      await crablet([]);
      expect(ran()).toEqual(['build']);
    },
  );

  it('build when a source was removed', async () => {
    rmSync(join(root, 'src/cli/main.ts'));
    age(join(root, 'src/cli'), -60);
    await crablet([]);
    expect(ran()).toEqual(['build']);
  });

  it('do not build when only a test is newer', async () => {
    age(join(root, 'src/cli/main.test.ts'), -60);
    await crablet([]);
    expect(ran()).toEqual([]);
  });

  it('install and build when the lock file is newer', async () => {
    age(join(root, 'package-lock.json'), -1);
    age(join(root, 'dist/crablet.cjs'), 2);
    const { stderr } = await crablet([]);
    expect(stderr).toContain('installing packages…\ncrablet: building…');
  });

  it('build again after an edit during the build', async () => {
    age(join(root, 'src/errors.ts'), -60);
    await crablet([], { EDIT: join(root, 'src/errors.ts') });
    await crablet([]);
    expect(ran()).toEqual(['build', 'build']);
  });

  it.each([['BROKEN'], ['KILLED']])('do not take a build for done that ended %s', async (how) => {
    rmSync(join(root, 'dist'), { recursive: true });
    const first = await crablet([], { [how]: '1' });
    expect(first.stdout).toBe('');
    expect(first.stderr).toContain('crablet: the build failed');
    expect(first.code).toBe(4);
    expect((await crablet([])).code).toBe(7);
    expect(ran()).toEqual(['build', 'build']);
  });

  it('take over from a build whose process is gone', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.once('exit', resolve));
    mkdirSync(join(root, '.tools/build.lock'), { recursive: true });
    writeFileSync(join(root, '.tools/build.lock', String(gone.pid)), '');
    rmSync(join(root, 'dist'), { recursive: true });
    const all = await Promise.all([1, 2, 3].map(() => crablet([])));
    expect(all.map(({ code }) => code)).toEqual([7, 7, 7]);
    expect(ran()).toEqual(['build']);
    expect(readdirSync(join(root, '.tools'))).toEqual([]);
  });
});

describe('without what it needs', () => {
  it('says what to install when there is no Node.js', async () => {
    const { stdout, stderr, code } = await crablet([], { PATH: onlyShellPrograms() });
    expect(stderr).toContain('Node.js and npm are not on PATH.\ncrablet: Install Node.js 20.19 or newer');
    expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
  });

  it.each(['18.20.4', '20.18.9'])('refuses Node.js %s', async (version) => {
    const programs = onlyShellPrograms();
    script(join(programs, 'node'), `#!/bin/sh\necho ${version}\n`);
    const { stderr, code } = await crablet([], { PATH: `${tools}:${programs}` });
    expect(stderr).toContain(`Node.js ${version} is too old: crablet needs 20.19 or newer.`);
    expect(code).toBe(3);
    expect(ran()).toEqual([]);
  });
});

/** A PATH with what the script calls, and no Node.js. */
function onlyShellPrograms(): string {
  const folder = join(root, '..', 'programs');
  mkdirSync(folder);
  for (const name of ['sh', 'dirname', 'readlink', 'find', 'mkdir', 'ls', 'rm', 'rmdir', 'sleep']) {
    const found = (process.env['PATH'] ?? '').split(':').find((entry) => existsSync(join(entry, name)));
    if (found) symlinkSync(join(found, name), join(folder, name));
  }
  return folder;
}

function crablet(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return run(join(root, 'crablet'), args, { env });
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

function run(
  program: string,
  args: readonly string[],
  { cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: `${tools}:${dirname(process.execPath)}:${process.env['PATH']}`, LOG: log, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout, stderr, code }));
  });
}

function ran(): string[] {
  return readFileSync(log, 'utf8').split('\n').filter(Boolean);
}

function old(path: string, text: string): void {
  appendFileSync(join(root, path), text);
  age(join(root, path), 60);
}

function age(path: string, seconds: number): void {
  const time = new Date(Date.now() - seconds * 1000);
  utimesSync(path, time, time);
}

function script(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
