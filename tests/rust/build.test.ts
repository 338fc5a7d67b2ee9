import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { unzipSync } from 'fflate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/build/compile.js';
import { inspectFile } from '../../src/build/elf-file.js';
import { minimumGlibc } from '../../src/build/glibc.js';
import { runCli } from '../../src/cli/main.js';
import { packageRoot } from '../../src/package-root.js';
import { loadProject } from '../../src/project/load.js';

const HELLO = join(packageRoot(), 'examples', 'hello-http');
const SHARED_TARGET = join(packageRoot(), '.tools', 'target');

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-build-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** A crate without dependencies, which compiles in a moment. */
async function crate(path: string, name: string, main: string, more = ''): Promise<void> {
  await write(
    `${path}/Cargo.toml`,
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n${more}`,
  );
  await write(`${path}/src/main.rs`, main);
}

interface BuildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly interrupted?: AbortSignal;
}

async function build(argv: readonly string[], { cwd = folder, env, interrupted }: BuildOptions = {}) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    new PassThrough().on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
    });
  const code = await runCli(['build', ...argv], {
    cwd,
    env: { ...process.env, ...env, CARGO_TARGET_DIR: env?.['CARGO_TARGET_DIR'] ?? join(folder, 'target') },
    stdin: new PassThrough(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    exitCode: 0,
    interrupted: interrupted ?? new AbortController().signal,
  });
  return { code, ...text };
}

const functionsOf = (stdout: string) => JSON.parse(stdout).functions;

describe('examples/hello-http', () => {
  const options = { cwd: HELLO, env: { CARGO_TARGET_DIR: SHARED_TARGET } };

  // The crates are compiled here once, in the time that a hook may take.
  beforeAll(async () => {
    const argv = ['--locked', '--lambda-dir', join(SHARED_TARGET, 'build-test')];
    for (const more of [[], ['--release']]) {
      const { code, stderr } = await build([...argv, ...more], options);
      expect(code, stderr).toBe(0);
    }
  });

  it.each(['debug', 'release'])('builds (%s), and building again changes nothing', async (profile) => {
    const argv = [...(profile === 'release' ? ['--release'] : []), '--locked', '--lambda-dir', folder];
    const first = await build(argv, options);
    expect(first.code, first.stderr).toBe(0);
    const bootstrap = join(folder, 'hello-http/bootstrap');
    const own = join(SHARED_TARGET, profile, 'hello-http');
    const before = await Promise.all([stat(bootstrap), stat(own)]);
    const again = await build([...argv, '--output', 'json'], options);
    expect(functionsOf(again.stdout)).toMatchObject([
      { function: 'hello-http', path: bootstrap, changed: false },
    ]);
    const after = await Promise.all([stat(bootstrap), stat(own)]);
    expect(after.map(({ mtimeMs, ino }) => [mtimeMs, ino])).toEqual(
      before.map(({ mtimeMs, ino }) => [mtimeMs, ino]),
    );
    expect(again.stderr).not.toContain('Compiling');
  });

  it('makes a small release zip whose bytes are the same when it is made anew', async () => {
    const made = async (to: string) => {
      const argv = [
        '--release',
        '--locked',
        '-o',
        'zip',
        '--lambda-dir',
        join(folder, to),
        '--output',
        'json',
      ];
      const { stdout, stderr, code } = await build(argv, options);
      expect(code, stderr).toBe(0);
      return functionsOf(stdout)[0];
    };
    const [one, two] = [await made('one'), await made('two')];
    const zip = await readFile(one.path);
    // Compared as bytes: a deep comparison of megabytes takes seconds.
    expect((await readFile(two.path)).equals(zip)).toBe(true);
    expect(two.codeSha256).toBe(one.codeSha256);
    const { bootstrap, ...others } = unzipSync(zip);
    expect(others).toEqual({});
    const linked = join(SHARED_TARGET, 'release/hello-http');
    expect(bootstrap?.length).toBeLessThan((await stat(linked)).size);
    expect(bootstrap?.length).toBeLessThan(3_000_000);
  });

  it.skipIf(!hasReadelf())('has the facts that readelf reads', async () => {
    await build(['--locked', '--lambda-dir', folder], options);
    const path = join(folder, 'hello-http/bootstrap');
    const result = inspectFile(path);
    if (result.kind !== 'elf') throw new Error(result.detail);
    const { facts } = result;
    const readelf = (option: string) =>
      execFileSync('readelf', ['--wide', option, path], { encoding: 'utf8' });
    const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);
    expect([facts.interpreter]).toEqual(
      all(readelf('--program-headers'), /program interpreter: ([^\]]+)\]/g),
    );
    expect(facts.libraries).toEqual(all(readelf('--dynamic'), /\(NEEDED\)\s+Shared library: \[([^\]]+)\]/g));
    const needs = readelf('--version-info').split('.gnu.version_r')[1] ?? '';
    expect(facts.versions.map(({ version }) => version).sort()).toEqual(all(needs, /Name: (\S+)/g).sort());
    const imports = all(readelf('--dyn-syms'), /UND\s+(\S+@\S+)/g);
    expect(
      facts.versions.flatMap(({ version, symbols }) => symbols.map((name) => `${name}@${version}`)).sort(),
    ).toEqual(imports.sort());
    expect(minimumGlibc(facts)).toMatch(/^2\.\d+$/);
  });
});

describe('what is shipped of a release', () => {
  const FILES =
    '[dependencies]\nweight = { path = "weight" }\n[profile.release]\nopt-level = 1\n[workspace]\n';
  const heavy = Array.from(
    { length: 40 },
    (_, i) =>
      `#[inline(never)] pub fn f${i}(n: u64) -> String { format!("{n:?} ${i} {:?}", n.checked_mul(${i})) }`,
  );

  beforeEach(async () => {
    await write('weight/Cargo.toml', '[package]\nname = "weight"\nversion = "0.1.0"\nedition = "2024"\n');
    await write('weight/src/lib.rs', heavy.join('\n'));
    const calls = heavy.map((_, i) => `println!("{}", weight::f${i}(n));`).join('');
    await crate('.', 'app', `fn main() { let n = std::env::args().count() as u64; ${calls} }`, FILES);
  });

  it.skipIf(!hasBinutils('strip'))('is what strip leaves, and starts; cargo keeps the symbols', async () => {
    const { code, stdout, stderr } = await build(['--release', '--output', 'json']);
    expect(code, stderr).toBe(0);
    const [{ path }] = functionsOf(stdout);
    const linked = join(folder, 'target/release/app');
    execFileSync('strip', ['--strip-all', '-o', join(folder, 'stripped'), linked]);
    const [ours, theirs] = await Promise.all([stat(path), stat(join(folder, 'stripped'))]);
    expect(ours.size).toBeLessThanOrEqual(theirs.size);
    expect(
      execFileSync('readelf', ['--all', '--wide', path], { encoding: 'utf8', stdio: 'pipe' }),
    ).not.toMatch(/\.symtab|\.debug_/);
    expect(execFileSync('readelf', ['--symbols', '--wide', linked], { encoding: 'utf8' })).toContain(
      'weight',
    );
    expect(execFileSync(path, { encoding: 'utf8' })).toContain('1 39 Some(39)');
  });

  it('is told with its largest crates', async () => {
    const { stderr } = await build(['--release']);
    expect(stderr).toMatch(/^ {2}code \d+ kB:[\s\S]*?\bweight \d+ kB/m);
    const [{ code }] = functionsOf((await build(['--release', '--output', 'json'])).stdout);
    const weight = code.crates.find((one: { crate: string }) => one.crate === 'weight');
    // Forty functions of about a hundred bytes and more each.
    expect(weight.bytes).toBeGreaterThan(4_000);
    expect(weight.bytes).toBeLessThan(code.bytes);
    expect(code.crates.length).toBeLessThanOrEqual(10);
  });

  it.each([
    ['in a configuration file', {}, '[profile.release]\nstrip = "none"\n'],
    ['by a variable', { CARGO_PROFILE_RELEASE_STRIP: 'none' }, ''],
  ])('keeps its symbols where that is said %s', async (_, env, config) => {
    await write('.cargo/config.toml', config);
    const { stdout, code, stderr } = await build(['--release', '--output', 'json'], { env });
    expect(code, stderr).toBe(0);
    const [{ path }] = functionsOf(stdout);
    expect((await readFile(path)).equals(await readFile(join(folder, 'target/release/app')))).toBe(true);
    expect(execFileSync('readelf', ['--sections', '--wide', path], { encoding: 'utf8' })).toContain(
      '.symtab',
    );
  });
});

function hasReadelf(): boolean {
  return hasBinutils('readelf');
}

function hasBinutils(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a workspace', () => {
  it('of two functions takes one run of cargo', async () => {
    await write('Cargo.toml', '[workspace]\nresolver = "3"\nmembers = ["a", "b", "lib"]\n');
    await crate(
      'a',
      'a',
      'fn main() { println!("{}", shared::NAME) }',
      '[dependencies]\nshared = { path = "../lib" }\n',
    );
    await crate(
      'b',
      'b',
      'fn main() { println!("{}", shared::NAME) }',
      '[dependencies]\nshared = { path = "../lib" }\n',
    );
    await write('lib/Cargo.toml', '[package]\nname = "shared"\nversion = "0.1.0"\nedition = "2024"\n');
    await write('lib/src/lib.rs', 'pub const NAME: &str = "shared";');
    const log = join(folder, 'log');
    const cargo = await write('cargo.sh', `#!/bin/sh\necho "$1" >> '${log}'\nexec cargo "$@"\n`);
    await chmod(cargo, 0o755);
    const { code, stdout, stderr } = await build([], { env: { CARGO: cargo } });
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('target/lambda/a/bootstrap\ntarget/lambda/b/bootstrap\n');
    expect(await readFile(log, 'utf8')).toBe('metadata\nbuild\n');
    expect(execFileSync(join(folder, 'target/lambda/b/bootstrap'), { encoding: 'utf8' })).toBe('shared\n');
  });
});

describe('inputs', () => {
  it('are all files that a rebuild depends on, wherever they are', async () => {
    await crate(
      'app',
      'app',
      'fn main() { println!("{}{}", dep::TEXT, include_str!("../page.html")) }',
      '[dependencies]\ndep = { path = "../my dep" }\n[workspace]\n',
    );
    await write('app/page.html', '<p>');
    await write(
      'my dep/Cargo.toml',
      '[package]\nname = "dep"\nversion = "0.1.0"\nedition = "2024"\nbuild = "build.rs"\n',
    );
    await write('my dep/src/lib.rs', 'pub const TEXT: &str = include_str!("a b.txt");');
    await write('my dep/src/a b.txt', 'text');
    await write('my dep/build.rs', 'fn main() { println!("cargo::rerun-if-changed=schema.x"); }');
    await write('my dep/schema.x', '');
    const env = { ...process.env, CARGO_TARGET_DIR: join(folder, 'target') };
    const project = await loadProject({ cwd: join(folder, 'app'), env });
    expect(project.manifestPaths).toEqual([
      join(folder, 'app/Cargo.toml'),
      join(folder, 'my dep/Cargo.toml'),
    ]);
    const request = { project, section: 'watch', env, color: false } as const;
    const result = await compile(request);
    if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
    const files = [
      'app/page.html',
      'app/src/main.rs',
      'my dep/build.rs',
      'my dep/schema.x',
      'my dep/src/a b.txt',
      'my dep/src/lib.rs',
    ];
    expect([...result.inputs].sort()).toEqual(files.map((file) => join(folder, file)));
    expect(result.inputFolders).toEqual([]);
    expect(await compile(request)).toMatchObject({ executables: [{ name: 'app', fresh: true }] });
  });

  it('are whole folders for a build script that names nothing', async () => {
    await crate('app', 'app', 'fn main() {}', 'build = "build.rs"\n[workspace]\n');
    await write('app/build.rs', 'fn main() {}');
    const env = { ...process.env, CARGO_TARGET_DIR: join(folder, 'target') };
    const project = await loadProject({ cwd: join(folder, 'app'), env });
    const request = { project, section: 'watch', env, color: false } as const;
    expect(await compile(request)).toMatchObject({ kind: 'ok', inputFolders: [join(folder, 'app')] });
    // A fresh build tells the same.
    expect(await compile(request)).toMatchObject({ kind: 'ok', inputFolders: [join(folder, 'app')] });
  });
});

describe('bad input', () => {
  it('a compile error keeps the words of rustc and the artifact of before', async () => {
    await crate('.', 'app', 'fn main() {}');
    await build([]);
    const before = await stat(join(folder, 'target/lambda/app/bootstrap'));
    await write('src/main.rs', 'fn main() { let x: u32 = "text"; }');
    const { code, stdout, stderr } = await build([]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('error[E0308]: mismatched types');
    expect(stderr).toContain('could not compile `app`');
    expect((await stat(join(folder, 'target/lambda/app/bootstrap'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('a crate for a newer Rust', async () => {
    await crate('.', 'app', 'fn main() {}', 'rust-version = "1.999"\n');
    const { code, stderr } = await build([]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Rust [\d.]+ is too old: app@0\.1\.0 needs 1\.999\./);
    expect(stderr).toContain('rustup update stable');
  });

  it.each([
    ['no manifest', async () => {}, /There is no Cargo\.toml in .* or above/],
    [
      'a library only',
      () =>
        write('Cargo.toml', '[package]\nname = "x"\nversion = "0.1.0"\n').then(() => write('src/lib.rs', '')),
      /The package 'x' has no binary/,
    ],
    [
      'nothing at all',
      () => write('Cargo.toml', '[package]\nname = "x"\nversion = "0.1.0"\n'),
      /no binary that could become a function.*no targets specified/s,
    ],
    ['a broken manifest', () => write('Cargo.toml', '[package\nname = "x"\n'), /unclosed table/],
    [
      'a wrong manifest',
      () => write('Cargo.toml', '[package]\nname = "x"\nversion = 1\n'),
      /invalid type: integer `1`, expected SemVer version/,
    ],
  ])('%s', async (_, prepare, message) => {
    await prepare();
    const { code, stdout, stderr } = await build([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.skipIf(!hostGlibcIsNewerThan(35))('a symbol that only a newer glibc has', async () => {
    // arc4random came with glibc 2.36 (its NEWS), so Amazon Linux 2023 lacks it.
    await write('dice/Cargo.toml', '[package]\nname = "dice"\nversion = "0.3.0"\nedition = "2024"\n');
    await write(
      'dice/src/lib.rs',
      'unsafe extern "C" { fn arc4random() -> u32; }\npub fn roll() -> u32 { unsafe { arc4random() } }',
    );
    const dependency = '[dependencies]\ndice = { path = "dice" }\n';
    await crate('.', 'app', 'fn main() { println!("{}", dice::roll()) }', dependency);
    const { code, stderr } = await build(['--compiler', 'cargo']);
    expect(code).toBe(7);
    expect(stderr).toContain(
      'app: It needs glibc 2.36, but provided.al2023 has 2.34: arc4random (GLIBC_2.36). It comes with dice 0.3.0.',
    );
    await expect(stat(join(folder, 'target/lambda/app/bootstrap'))).rejects.toThrow('ENOENT');
  });

  it('Ctrl-C ends cargo and all that it started', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await crate('.', 'app', 'fn main() {}', 'build = "build.rs"\n');
    // The build script holds the pipe open until it is killed.
    await write(
      'build.rs',
      `use std::io::Write;\nfn main() {\n    let mut pipe = std::fs::File::create(${JSON.stringify(pipe)}).unwrap();\n    pipe.write_all(b"ready").unwrap();\n    loop { std::thread::park(); }\n}\n`,
    );
    const interruption = new AbortController();
    const ended = build([], { interrupted: interruption.signal });
    for await (const text of createReadStream(pipe, 'utf8')) {
      expect(text).toBe('ready');
      interruption.abort();
    }
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
  });
});

function hostGlibcIsNewerThan(minor: number): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const [, found] = (report.header?.glibcVersionRuntime ?? '0.0').split('.').map(Number);
  return found !== undefined && found > minor;
}
