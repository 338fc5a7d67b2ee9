import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';

/** Ways to build, with programs that only note how they were called. */

const OTHER = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
const OTHER_FLAG = OTHER === 'aarch64' ? '--arm64' : '--x86-64';
const MACHINE = { x86_64: 62, aarch64: 183 } as const;
const INTERPRETER = { x86_64: '/lib64/ld-linux-x86-64.so.2', aarch64: '/lib/ld-linux-aarch64.so.1' } as const;

const elf = (glibc: string, architecture: 'x86_64' | 'aarch64' = OTHER) =>
  makeElf({
    machine: MACHINE[architecture],
    interpreter: INTERPRETER[architecture],
    libraries: ['libc.so.6'],
    versions: [{ library: 'libc.so.6', version: `GLIBC_${glibc}`, symbols: ['arc4random'] }],
  });
const OWN = OTHER === 'aarch64' ? 'x86_64' : 'aarch64';

let project: FakeProject;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  await project.write('target/debug/hello', elf('2.34'));
  await project.onBuild(saysBuilt(project.folder, 'hello'));
  await mkdir(join(project.folder, 'tools'));
  for (const name of ['sh', 'cat', 'cp', 'env', 'dirname'])
    await symlink(`/bin/${name}`, join(project.folder, 'tools', name));
  const home = join(project.folder, 'home');
  env = { ...project.env, PATH: join(project.folder, 'tools'), HOME: home };
});

afterEach(() => project.remove());

/** A program on PATH. */
async function tool(name: string, script: string, folder = 'tools'): Promise<void> {
  await chmod(await project.write(`${folder}/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

/** rustc with standard libraries for these targets, `cargo zigbuild`, and Zig. */
async function zigTools(zig = '0.15.2', zigbuild = '0.24.0', folder = 'tools'): Promise<void> {
  await rustc(true);
  await tool('zig', `echo ${zig}`, folder);
  await tool('cargo-zigbuild', `echo cargo-zigbuild ${zigbuild}`, folder);
  await project.write(
    '.fake/zigbuild.sh',
    `echo "$CARGO_ZIGBUILD_ZIG_PATH $*" >> '${project.folder}/runs'\n${saysBuilt(project.folder, 'hello')}`,
  );
}

async function rustc(has: boolean): Promise<void> {
  await tool('rustc', `echo '${has ? project.folder : '/nowhere'}'`);
}

const crablet = (...argv: string[]) => runCli(['build', ...argv], { cwd: project.folder, env });
const runs = () => readFile(join(project.folder, 'runs'), 'utf8');

describe('another architecture', () => {
  it('goes through cargo-zigbuild, with the Zig that was found, and says why', async () => {
    await zigTools();
    const { code, stderr } = await crablet(OTHER_FLAG);
    expect(code, stderr).toBe(0);
    expect(await runs()).toBe(
      `${project.folder}/tools/zig zigbuild --bins --target ${OTHER}-unknown-linux-gnu.2.34 --message-format=json\n`,
    );
    expect(stderr).toMatch(
      /^cargo-zigbuild with glibc 2\.34: the function is for \S+, and this machine is \S+\n/,
    );
  });

  it('finds what pip has put where PATH does not lead, and Zig as its package', async () => {
    await zigTools('0.15.2', '0.24.0', 'home/.local/bin');
    // The package's Zig, as `python3` of the same folder knows it.
    await tool('python3', `echo '${project.folder}/home/.local/bin/zig'`, 'home/.local/bin');
    const { code, stderr } = await crablet(OTHER_FLAG);
    expect(code, stderr).toBe(0);
    expect(await runs()).toContain(`${project.folder}/home/.local/bin/zig zigbuild`);
  });

  it.each([
    [
      'nothing',
      async () => rustc(true),
      /neither cargo-zigbuild nor Zig is installed/,
      /pip install cargo-zigbuild$/m,
    ],
    [
      'a Zig that is too old',
      async () => zigTools('0.11.0'),
      /Zig 0\.11\.0 \(.*tools\/zig\) is too old/,
      /pip install --upgrade ziglang$/m,
    ],
    [
      'a Zig that breaks static libraries',
      async () => zigTools('0.16.0', '0.22.3'),
      /cargo-zigbuild#433/,
      /pip install --upgrade cargo-zigbuild ziglang$/m,
    ],
    [
      'no standard library',
      async () => {
        await zigTools();
        await rustc(false);
        await tool('rustup', '');
      },
      /standard library for \S+ is not installed/,
      new RegExp(`rustup target add ${OTHER}-unknown-linux-gnu$`, 'm'),
    ],
  ])('is refused before anything is compiled: %s', async (_, prepare, what, fix) => {
    await prepare();
    await project.onBuild('echo should not run >&2; exit 1\n');
    const outcome = await crablet(OTHER_FLAG);
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    expect(outcome.stderr).toMatch(what);
    expect(outcome.stderr).toMatch(fix);
    expect(outcome.stderr).not.toContain('should not run');
  });

  it('is plain cargo where a linker is configured', async () => {
    await project.write('.cargo/config.toml', `[target.${OTHER}-unknown-linux-gnu]\nlinker = "my-gcc"\n`);
    const { code, stderr } = await crablet(OTHER_FLAG);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`plain cargo: a linker for ${OTHER}-unknown-linux-gnu is configured`);
  });

  it('is musl where nothing else is there and no crate compiles C', async () => {
    await rustc(true);
    await project.write('Cargo.lock', '[[package]]\nname = "tokio"\n');
    await project.onBuild(
      `env | while read -r line; do case $line in CARGO_TARGET_*) echo "$line"; esac; done >> '${project.folder}/runs'\necho "$@" >> '${project.folder}/runs'\n${saysBuilt(project.folder, 'hello')}`,
    );
    const { code, stderr } = await crablet(OTHER_FLAG);
    expect(code, stderr).toBe(0);
    expect(await runs()).toBe(
      `CARGO_TARGET_${OTHER.toUpperCase()}_UNKNOWN_LINUX_MUSL_LINKER=rust-lld\nbuild --bins --target ${OTHER}-unknown-linux-musl --message-format=json\n`,
    );
    await project.write('Cargo.lock', '[[package]]\nname = "cc"\n');
    expect((await crablet(OTHER_FLAG)).code).toBe(3);
  });
});

describe("a target of cargo's configuration", () => {
  const config = (target: string) => project.write('.cargo/config.toml', `[build]\ntarget = ${target}\n`);

  it('counts as if it were asked for', async () => {
    await zigTools();
    await config(`"${OTHER}-unknown-linux-gnu"`);
    const { code, stderr } = await crablet();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('cargo-zigbuild with glibc 2.34: the function is for');
    expect(await runs()).toContain(`zigbuild --bins --target ${OTHER}-unknown-linux-gnu.2.34`);
  });

  it('gives way to a flag', async () => {
    await config('"wasm32-unknown-unknown"');
    await project.write('target/debug/hello', elf('2.34', OWN));
    await project.onBuild(`echo "$@" >> '${project.folder}/runs'\n${saysBuilt(project.folder, 'hello')}`);
    const { code, stderr } = await crablet(OWN === 'aarch64' ? '--arm64' : '--x86-64');
    expect(code, stderr).toBe(0);
    expect(await runs()).toContain(`build --bins --target ${OWN}-unknown-linux-gnu`);
  });

  it.each([
    ['that is none of Lambda', '"wasm32-unknown-unknown"', /wasm32-unknown-unknown is a target for neither/],
    ['of two', '["a-b-c", "d-e-f"]', /names several targets, a-b-c and d-e-f.*\n +fix: Say which/],
  ])('is refused: one %s', async (_, target, what) => {
    await config(target);
    const { code, stderr } = await crablet();
    expect(code).toBe(2);
    expect(stderr).toMatch(what);
  });
});

describe('a plain build that needs a newer glibc', () => {
  beforeEach(() => project.write('target/debug/hello', elf('2.38', OWN)));

  it('is made again through Zig, and the next one goes that way at once', async () => {
    await zigTools();
    await project.write('older', elf('2.34', OWN));
    await project.write(
      '.fake/zigbuild.sh',
      `echo "$*" >> '${project.folder}/runs'; cp '${project.folder}/older' '${project.folder}/target/debug/hello'\n${saysBuilt(project.folder, 'hello')}`,
    );
    const { code, stderr } = await crablet();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('plain cargo: ');
    const why =
      'cargo-zigbuild with glibc 2.34: the last plain build needed glibc 2.38, and provided.al2023 has 2.34';
    expect(stderr).toContain(why);
    expect(await runs()).toContain(`zigbuild --bins --target ${OWN}-unknown-linux-gnu.2.34`);
    await project.onBuild('echo should not run >&2; exit 1\n');
    const again = await crablet('--output', 'json');
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout).functions).toMatchObject([{ compiler: 'zigbuild', why }]);
  });

  it('is told as it is where there is no Zig, or where that does not compile', async () => {
    const refusal =
      /hello: It needs glibc 2\.38, but provided\.al2023 has 2\.34: arc4random \(GLIBC_2\.38\)\./;
    await rustc(true);
    const without = await crablet();
    expect(without.code).toBe(7);
    expect(without.stderr).toMatch(refusal);
    await zigTools();
    await project.write('.fake/zigbuild.sh', 'echo "error: undefined symbol: arc4random" >&2; exit 101\n');
    const failed = await crablet();
    expect(failed.code).toBe(7);
    expect(failed.stderr).toContain('undefined symbol: arc4random');
    expect(failed.stderr).toMatch(
      /fix: Zig could not link it .* either, so do without arc4random, or without/,
    );
    expect(failed.stderr).toMatch(refusal);
  });

  it('is not made again when plain cargo was asked for', async () => {
    await zigTools();
    expect((await crablet('--compiler', 'cargo')).code).toBe(7);
  });
});

describe('by choice', () => {
  it('cross, whose paths are those of its container', async () => {
    await rustc(true);
    const message = (await saysBuiltIn('/target', '/project')).trim();
    await tool('cross', `echo "$@" >> '${project.folder}/runs'\n${message}`);
    await tool('docker', 'echo Docker version 29.0.0, build 1');
    const { code, stderr, stdout } = await crablet('--compiler', 'cross', OTHER_FLAG);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('target/lambda/hello/bootstrap\n');
    expect(await runs()).toContain(`build --bins --target ${OTHER}-unknown-linux-gnu`);
  });

  it('docker, where everything keeps its path and the files their owner', async () => {
    await rustc(true);
    await tool(
      'docker',
      `case $1 in --version) echo Docker version 29.0.0;; *) echo "$@" >> '${project.folder}/runs'\n${saysBuilt(project.folder, 'hello')};; esac`,
    );
    const { code, stderr } = await crablet('--compiler', 'docker:my/rust:1', OTHER_FLAG, '--env-var', 'A=b');
    expect(code, stderr).toBe(0);
    const run = await runs();
    const { folder } = project;
    expect(run).toContain(
      `--workdir ${folder} --user ${process.getuid?.()}:${process.getgid?.()} --volume ${folder}:${folder}`,
    );
    expect(run).toContain('--env A=b');
    expect(run).toContain(`my/rust:1 cargo build --bins --target ${OTHER}-unknown-linux-gnu`);
    expect(run).toContain(`--target-dir ${folder}/target/docker`);
  });

  it("any command, with cargo's arguments behind it", async () => {
    await tool('my-cargo', `echo "$@" >> '${project.folder}/runs'\n${saysBuilt(project.folder, 'hello')}`);
    const target = `${OTHER}-unknown-linux-gnu`;
    const { code, stderr } = await crablet('--compiler', './tools/my-cargo --fast', '--target', target);
    expect(stderr).toContain('./tools/my-cargo --fast: it is the compiler that was chosen');
    expect(code, stderr).toBe(0);
    expect(await runs()).toBe(`--fast build --bins --target ${target} --message-format=json\n`);
  });

  it('a command that is not there is named', async () => {
    const outcome = await crablet('--compiler', './nowhere');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain('./nowhere, which is to compile, cannot be started');
  });

  it.each([
    [
      'that fails without a word',
      'exit 9',
      4,
      /tools\/mine, which .* ended with exit code 9 and said nothing/,
    ],
    ['that builds nothing', 'exit 0', 4, /has told of no program for hello\.\n +fix: It has to run cargo/],
  ])('a command %s is named', async (_, script, code, what) => {
    await tool('mine', script);
    const outcome = await crablet('--compiler', './tools/mine');
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(what);
  });

  it('a container that cannot be started is the fault of the machine', async () => {
    await rustc(true);
    const refuses = 'echo "docker: Cannot connect to the Docker daemon" >&2; exit 125';
    await tool('docker', `case $1 in --version) echo Docker version 29.0.0;; *) ${refuses};; esac`);
    const { code, stderr } = await crablet('--compiler', 'docker:my/rust');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /Cannot connect[\s\S]*docker has started no container of my\/rust\.\n +fix: Start/,
    );
  });

  it('plain cargo, whose linker is of this machine', async () => {
    await project.onBuild('echo "rust-lld: error: x.o is incompatible with elf64-x86-64" >&2; exit 101');
    const { code, stderr } = await crablet('--compiler', 'cargo', OTHER_FLAG);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /The linker of this machine cannot link for .*\n +fix: Build with --compiler auto/,
    );
  });

  it('is also a key of the configuration', async () => {
    await project.metadata({
      packages: [
        { name: 'app', bins: ['hello'], lambda: { build: { compiler: { type: 'cargo_zigbuild' } } } },
      ],
    });
    await zigTools();
    await project.write('target/debug/hello', elf('2.34', OWN));
    const { code, stderr } = await crablet();
    expect(code, stderr).toBe(0);
    expect(await runs()).toContain(`zigbuild --bins --target ${OWN}-unknown-linux-gnu.2.34`);
  });
});

it('says of a runtime that nobody knows only what is known', async () => {
  await project.metadata({
    packages: [{ name: 'app', bins: ['hello'], lambda: { deploy: { runtime: 'provided.al2099' } } }],
  });
  await project.write('target/debug/hello', elf('2.34', OWN));
  const { code, stderr } = await crablet();
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('starts on provided.al2023; what provided.al2099 has is not known here');
});

/** What cargo says inside a container. */
async function saysBuiltIn(target: string, root: string): Promise<string> {
  return saysBuilt(project.folder, 'hello')
    .replaceAll(`${project.folder}/target`, target)
    .replaceAll(project.folder, root);
}
