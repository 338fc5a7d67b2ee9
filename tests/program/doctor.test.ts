import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';

/** A machine of which everything is known: its programs are scripts. */

const OTHER = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
const OTHER_FLAG = OTHER === 'aarch64' ? '--arm64' : '--x86-64';

let project: FakeProject;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  await mkdir(join(project.folder, 'tools'));
  for (const name of ['sh', 'cat', 'mkdir', 'cp', 'chmod'])
    await symlink(`/bin/${name}`, join(project.folder, 'tools', name));
  await tool(
    'rustc',
    `case $1 in --version) echo 'rustc 1.95.0 (59807616e 2026-04-14)';; *) echo '${project.folder}';; esac`,
  );
  await tool('cc', 'echo "cc 12.2.0"');
  const cargo = join(project.folder, '.fake/cargo');
  await tool('cargo', `exec '${cargo}' "$@"`);
  await project.write('.fake/--version.sh', "echo 'cargo 1.95.0 (abc 2026-04-01)'\n");
  env = { CARGO: cargo, PATH: join(project.folder, 'tools'), HOME: join(project.folder, 'home') };
});

afterEach(() => project.remove());

async function tool(name: string, script: string): Promise<void> {
  await chmod(await project.write(`tools/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

const crablet = (...argv: string[]) => runCli(argv, { cwd: project.folder, env });
/** Without the breaks of what is longer than a line of 80 characters. */
const joined = (text: string) => text.replace(/\n +(?=\S)(?!get it:|fix:)/g, ' ');

describe('crablet doctor', () => {
  it('shows what is there, what is missing with its one command, and how a build would be done', async () => {
    await tool('zig', 'echo 0.15.2');
    const { code, stdout } = await crablet('doctor');
    expect(code).toBe(0);
    const long = stdout.split('\n').filter((line) => line.length > 80 && !line.includes('get it: '));
    // Of a path of this machine nobody can say how long it is.
    expect(long.filter((line) => !line.includes(project.folder))).toEqual([]);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(40);
    expect(stdout).toMatch(/✓ Rust +1\.95\.0 \(59807616e 2026-04-14\), cargo 1\.95\.0\n/);
    expect(stdout).toMatch(/✓ Targets +x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu,\n/);
    expect(stdout).toMatch(/✓ C compiler +cc 12\.2\.0/);
    expect(stdout).toMatch(/✓ Zig +0\.15\.2\s+\(.*tools\/zig\)/);
    expect(stdout).toMatch(/– cargo-zigbuild +not found\n +get it: python3 -m pip install cargo-zigbuild\n/);
    expect(stdout).toMatch(/✓ Node\.js +\d/);
    expect(stdout).toMatch(/[✓–] bwrap +\S/);
    expect(stdout).toMatch(/[✓–] Control groups +\S/);
    expect(joined(stdout)).toMatch(
      /\n✓ build of hello: plain cargo: this machine runs Linux on \S+, as the function will\n$/,
    );
  });

  it('ends with 3 when the build that was asked for cannot be done', async () => {
    const { code, stdout } = await crablet('doctor', OTHER_FLAG);
    expect(code).toBe(3);
    expect(joined(stdout)).toContain(`✗ build of hello for ${OTHER}-unknown-linux-gnu: Building for`);
    expect(stdout).toContain('fix: python3 -m pip install cargo-zigbuild');
  });

  it('answers in JSON, also by the name that it has in Cargo Lambda', async () => {
    const { code, stdout } = await crablet('system', '--output-format', 'json', OTHER_FLAG);
    expect(code).toBe(3);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ schema: 'crablet.doctor/1', canBuild: false });
    expect(answer.prospects).toMatchObject([{ functions: ['hello'], kind: 'refused' }]);
    expect((await crablet('doctor', '--json')).code).toBe(0);
  });

  it('gets what is missing when that is asked for', async () => {
    // pip's install: the program it brings, and Zig beside it.
    await tool(
      'python3',
      `case $1 in -m) cp '${project.folder}/tools/zig.later' '${project.folder}/tools/zig'; cp '${project.folder}/tools/zigbuild.later' '${project.folder}/tools/cargo-zigbuild';; *) exit 1;; esac`,
    );
    await tool('zig.later', 'echo 0.15.2');
    await tool('zigbuild.later', 'echo cargo-zigbuild 0.24.0');
    const { code, stdout, stderr } = await crablet('system', '--install-zig', OTHER_FLAG);
    expect(stderr).toContain('$ python3 -m pip install cargo-zigbuild');
    expect(code, stdout).toBe(0);
    expect(joined(stdout)).toContain('cargo-zigbuild with glibc 2.34');
  });

  it('knows a Rust that is older than a crate asks for', async () => {
    await tool('rustup', '');
    const packages = JSON.stringify({ packages: [{ name: 'new', version: '2.0.0', rust_version: '1.99' }] });
    await project.onMetadata(
      `case "$*" in *--frozen*--filter-platform*) echo '${packages}';; *) cat '${project.folder}/.fake/metadata.json';; esac`,
    );
    const { code, stdout } = await crablet('doctor');
    expect(code).toBe(3);
    expect(joined(stdout)).toMatch(
      /✗ Rust +1\.95\.0 .*; new 2\.0\.0 asks for 1\.99\n +get it: rustup update stable/,
    );
  });

  it('answers without a project, and without Rust', async () => {
    await project.onMetadata(
      "echo 'error: could not find `Cargo.toml` in `/x` or any parent directory' >&2; exit 101",
    );
    expect((await crablet('doctor')).stdout).toContain('✓ a build: plain cargo');
    env = { ...env, CARGO: undefined, PATH: '/nowhere' };
    const { code, stdout } = await crablet('doctor');
    expect(code).toBe(3);
    expect(stdout).toMatch(/✗ Rust +no rustc on PATH\n +get it: curl /);
    expect(stdout).toContain('✗ a build: Rust: no rustc on PATH.');
  });

  it.each([
    ['--manifest-path', 'none/Cargo.toml', 2, /There is no manifest none\/Cargo\.toml/],
    ['-m', 'app', 2, /app is a folder, not a manifest/],
    ['-p', 'ap', 2, /no package 'ap'/],
    ['--compiler', 'crosss', 2, /no compiler 'crosss'/],
    ['--output-format', 'yaml', 2, /It is text or json/],
  ])('refuses %s %s', async (flag, value, code, message) => {
    const cargo = { 'none/Cargo.toml': 'does not exist', app: 'is a directory' }[value];
    if (cargo) await project.onMetadata(`echo 'error: manifest path \`${value}\` ${cargo}' >&2; exit 101`);
    const outcome = await crablet('doctor', flag, value, '--json');
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });

  it.each<[string, string[], () => Promise<unknown>, RegExp, RegExp]>([
    [
      'without a C compiler',
      [],
      () => tool('cc', 'exit 1'),
      /plain cargo: .*; but there is no C compiler \(cc\), which Rust links with\./,
      /fix: sudo apt-get install gcc libc6-dev/,
    ],
    [
      'without the standard library of musl',
      ['--compiler', 'musl'],
      async () => {
        await tool('rustup', '');
        await tool('rustc', `case "$*" in --version) echo rustc 1.95.0;; *musl) exit 1;; *) echo /;; esac`);
      },
      /but Rust's standard library for \S+-musl is not installed/,
      /fix: rustup target add \S+-musl\n/,
    ],
    [
      'with plain cargo for another architecture',
      ['--compiler', 'cargo', OTHER_FLAG],
      async () => {},
      /but no linker for \S+ is configured/,
      /fix: Build with --compiler auto/,
    ],
    [
      "where docker's daemon does not run",
      ['--compiler', 'docker'],
      () => tool('docker', 'case $1 in --version) echo Docker version 29.0.0;; *) exit 1;; esac'),
      /– Docker .*whose daemon does not answer[\s\S]*✗ .*; but the daemon of \S+ does not answer/,
      /fix: sudo systemctl start docker/,
    ],
    [
      'with a command that is not there',
      ['--compiler', './nowhere'],
      async () => {},
      /but there is no program \.\/nowhere/,
      /fix: Name another/,
    ],
    [
      'with a target of cargo that Lambda does not run',
      [],
      () => project.write('.cargo/config.toml', '[build]\ntarget = "wasm32-wasip1"\n'),
      /wasm32-wasip1 is a target for neither/,
      /fix: Write --arm64/,
    ],
  ])('ends with 3 %s', async (_, argv, prepare, what, fix) => {
    await prepare();
    const { code, stdout } = await crablet('doctor', ...argv);
    expect(code).toBe(3);
    expect(joined(stdout)).toMatch(what);
    expect(stdout).toMatch(fix);
  });

  it("knows that a target is none of Lambda's", async () => {
    const { code, stdout } = await crablet('doctor', '--target', 'bogus');
    expect(code).toBe(3);
    expect(joined(stdout)).toContain('✗ build of hello for bogus: Lambda runs Linux on x86_64 and arm64');
  });

  it('names what is wrong with the project', async () => {
    await project.write('CargoLambda.toml', '[build]\nrelaese = true\n');
    const { code, stdout } = await crablet('doctor');
    expect(code).toBe(3);
    expect(joined(stdout)).toContain("there is no key 'relaese'");
  });
});
