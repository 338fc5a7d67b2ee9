import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { isRunning, runCli } from '../support/cli.js';
import { until } from '../support/steering.js';

/** A build with real cargo, at bad moments: whatever happens, what lies in target/lambda is whole, or is not there. */

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-trouble-')));
  await write('Cargo.toml', '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n');
  await write('src/main.rs', 'fn main() { println!("one") }');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

const env = (): NodeJS.ProcessEnv => ({ ...process.env, CARGO_TARGET_DIR: join(folder, 'target') });
const build = (...argv: string[]) => runCli(['build', ...argv], { cwd: folder, env: env() });
const artifact = () => join(folder, 'target/lambda/app/bootstrap');
const says = (path = artifact()) => execFileSync(path, { encoding: 'utf8' });

/** Nothing but artifacts, and what is ours by name. */
async function leftovers(path = join(folder, 'target/lambda')): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.tmp'));
}

describe('two builds at once', () => {
  it('both end well, and what they leave is whole', async () => {
    const outcomes = await Promise.all([build(), build('--release'), build('-o', 'zip'), build()]);
    expect(outcomes.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(
      outcomes.map(() => [0, '']),
    );
    expect(says()).toBe('one\n');
    expect(await leftovers()).toEqual([]);
  });
});

describe('a build that is killed', () => {
  it('half-way takes cargo along, leaves what was there before, and the next one mends it', async () => {
    await build();
    await write('src/main.rs', 'fn main() { println!("two") }');
    // rustc says that it is there, and then takes its time.
    const mark = join(folder, 'compiling');
    const rustc = await write(
      'slow-rustc.sh',
      `#!/bin/sh\ncase "$*" in *"--crate-name app"*) echo $$ > '${mark}.new' && mv '${mark}.new' '${mark}' && exec sleep 300;; esac\nexec "$@"\n`,
    );
    await chmod(rustc, 0o755);
    const child = spawn(process.execPath, [join(packageRoot(), 'dist/crablet.cjs'), 'build'], {
      cwd: folder,
      env: { ...env(), RUSTC_WRAPPER: rustc },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
    const compiling = async () => readFile(mark, 'utf8').catch(() => '');
    await until(async () => (await compiling()) !== '');
    const compiler = Number(await compiling());
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(says()).toBe('one\n');
    // Cargo and its compiler do not go on without anyone who waits for them.
    await until(async () => !isRunning(compiler));
    const again = await build();
    expect(again.code, again.stderr).toBe(0);
    expect(says()).toBe('two\n');
    expect(await leftovers()).toEqual([]);
  });

  it('while it writes leaves a name that nobody takes for an artifact', async () => {
    await build();
    // What a killed build leaves behind: half a file under the name that is only given up when it is whole.
    await write('target/lambda/app/.bootstrap.0.tmp', 'half');
    await write('target/release/app', 'half');
    const { code, stderr } = await build('--release');
    expect(code, stderr).toBe(0);
    expect(says()).toBe('one\n');
  });

  it('in the linker leaves no program that the next one would take', async () => {
    await write('target/debug/app', 'half a program');
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(says()).toBe('one\n');
  });
});

const isRoot = process.getuid?.() === 0;
const noMount = mountFails();

/** Why a small file system cannot be mounted here; undefined where it can. */
function mountFails(): string | undefined {
  if (process.platform !== 'linux' || !isRoot) return 'mounting takes Linux and root';
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', '/mnt'], {
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe.skipIf(noMount !== undefined)(`a full disk${noMount ? ` (skipped: ${noMount})` : ''}`, () => {
  it('is told with what to do, and the artifact of before stays', async () => {
    await build();
    await mkdir(join(folder, 'small/app'), { recursive: true });
    // Of 64 kB, in a view of the file system that only this build has.
    const crablet = `'${process.execPath}' '${join(packageRoot(), 'dist/crablet.cjs')}'`;
    const script = `mount -t tmpfs -o size=64k none '${folder}/small' && mkdir '${folder}/small/app' && echo before > '${folder}/small/app/bootstrap' && ${crablet} build --lambda-dir '${folder}/small'; code=$?; cat '${folder}/small/app/bootstrap'; ls -A '${folder}/small/app'; exit $code`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', script], { cwd: folder, env: env() });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/small\/app\/bootstrap cannot be written: ENOSPC/);
    expect(stderr).toContain('Make room');
    expect(stdout).toBe('before\nbootstrap\n');
  });
});

describe.skipIf(noMount !== undefined)(
  `a read-only target folder${noMount ? ` (skipped: ${noMount})` : ''}`,
  () => {
    it('is named', async () => {
      await mkdir(join(folder, 'target'));
      const crablet = `'${process.execPath}' '${join(packageRoot(), 'dist/crablet.cjs')}'`;
      const script = `mount --bind '${folder}/target' '${folder}/target' && mount -o remount,bind,ro '${folder}/target' && exec ${crablet} build`;
      const child = spawn('unshare', ['--mount', 'sh', '-c', script], { cwd: folder, env: env() });
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(stderr).toMatch(/target.*(Read-only file system|read-only)/is);
      expect(stderr).not.toContain('    at ');
      expect([3, 4]).toContain(code);
    });
  },
);

describe('bad input', () => {
  it('a folder that is gone, or has a name that is not in UTF-8, is told', () => {
    const crablet = `'${process.execPath}' '${join(packageRoot(), 'dist/crablet.cjs')}' build`;
    const inFolder = (script: string) => spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
    const gone = inFolder(`mkdir gone && cd gone && rmdir ../gone && ${crablet}`);
    expect(gone.status).toBe(2);
    expect(gone.stderr).toMatch(
      /^error: The folder that you are in is not there any more\.\n {2}fix: .*cd "\$PWD"\n$/,
    );
    const other = inFolder(`d=$(printf 'b\\377') && mkdir "$d" && cd "$d" && ${crablet}`);
    expect(other.stderr).toMatch(/name of the folder .* is not in UTF-8/);
    expect(other.status).toBe(3);
  });

  it('a target that is not installed is named, with the command that gets it', async () => {
    const { code, stderr, stdout } = await build('--target', 'aarch64-unknown-linux-musl', '-c', 'cargo');
    expect(stdout).toBe('');
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/standard library for aarch64-unknown-linux-musl is not installed/);
    expect(stderr).toMatch(/rustup target add aarch64-unknown-linux-musl/);
  });

  it('two binaries of one name in a workspace are both named', async () => {
    await write('Cargo.toml', '[workspace]\nresolver = "3"\nmembers = ["a", "b"]\n');
    for (const name of ['a', 'b']) {
      const bin = '[[bin]]\nname = "same"\npath = "src/main.rs"\n';
      await write(
        `${name}/Cargo.toml`,
        `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n${bin}`,
      );
      await write(`${name}/src/main.rs`, 'fn main() {}');
    }
    const { code, stderr, stdout } = await build();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/same/);
    expect(stderr).toMatch(/\bfix: .*(-p|--package|rename)/i);
  });

  it('a binary that the workspace does not have; those that exist are named', async () => {
    await write('src/bin/other.rs', 'fn main() {}');
    const { code, stderr } = await build('--bin', 'othr');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no binary 'othr'.*app, other/);
    expect(stderr).toContain('--bin other');
  });
});

describe('shapes', () => {
  it('examples, tests and benches; binaries with required features; a target folder of the configuration', async () => {
    await write(
      'Cargo.toml',
      '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n[features]\nmore = []\n[[bin]]\nname = "extra"\npath = "src/extra.rs"\nrequired-features = ["more"]\n',
    );
    await write('src/extra.rs', 'fn main() { println!("extra") }');
    await write('examples/demo.rs', 'fn main() { println!("demo") }');
    await write('tests/all.rs', '#[test] fn passes() {}');
    await write('benches/speed.rs', '#[test] fn is_quick() {}');
    await write('.cargo/config.toml', '[build]\ntarget-dir = "elsewhere"\n');
    const plain = { ...process.env };
    delete plain['CARGO_TARGET_DIR'];
    const run = (...argv: string[]) => runCli(['build', ...argv], { cwd: folder, env: plain });
    const first = await run();
    expect(first.stdout, first.stderr).toBe('elsewhere/lambda/app/bootstrap\n');
    expect(first.stderr).toContain('extra was left out: it needs --features more');
    expect((await run('--features', 'more', '--bin', 'extra')).stdout).toBe(
      'elsewhere/lambda/extra/bootstrap\n',
    );
    const lines = async (...argv: string[]) => (await run(...argv)).stdout.trimEnd().split('\n').sort();
    const placed = (...names: string[]) => names.map((name) => `elsewhere/lambda/${name}/bootstrap`);
    expect(await lines('--example', 'demo', '--tests')).toEqual(placed('all', 'demo'));
    expect(says(join(folder, 'elsewhere/lambda/demo/bootstrap'))).toBe('demo\n');
    expect(says(join(folder, 'elsewhere/lambda/all/bootstrap'))).toContain('test passes ... ok');
    expect(await lines('--examples', '--benches')).toEqual(placed('demo', 'speed'));
    expect(await lines('--bins', '--test', 'all', '--bench', 'speed')).toEqual(placed('all', 'app', 'speed'));
    // What a test is made of is not known to the last file: each build asks cargo.
    await write('tests/all.rs', '#[test] fn still_passes() {}');
    expect(await lines('--test', 'all')).toEqual(placed('all'));
    expect(says(join(folder, 'elsewhere/lambda/all/bootstrap'))).toContain('test still_passes ... ok');
    expect((await run('--test', 'al')).stderr).toMatch(/no test 'al'.*--test all/s);
  });

  it('a mixed workspace with default members', async () => {
    await write(
      'Cargo.toml',
      '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\nmembers = ["b", "lib"]\ndefault-members = [".", "b"]\n',
    );
    for (const name of ['b', 'lib']) {
      await write(`${name}/Cargo.toml`, `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n`);
    }
    await write('b/src/main.rs', 'fn main() {}');
    await write('lib/src/lib.rs', '');
    expect((await build()).stdout.split('\n').sort()).toEqual([
      '',
      'target/lambda/app/bootstrap',
      'target/lambda/b/bootstrap',
    ]);
    expect((await build('-p', 'b')).stdout).toBe('target/lambda/b/bootstrap\n');
    const none = await build('-p', 'lib');
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/'lib' has no binary/);
  });
});
