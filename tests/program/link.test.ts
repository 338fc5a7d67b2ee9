import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';

let project: FakeProject;

beforeEach(async () => {
  project = await fakeProject();
});

afterEach(() => project.remove());

const crablet = (...argv: string[]) =>
  runCli(argv, { cwd: project.folder, env: { ...project.env, CARGO_HOME: join(project.folder, 'cargo') } });

describe('crablet link', () => {
  it('makes cargo lambda run crablet, and takes it back', async () => {
    const made = await crablet('link');
    expect(made.code, made.stderr).toBe(0);
    const path = join(project.folder, 'cargo/bin/cargo-lambda');
    expect(made.stdout).toBe(`${path}\n`);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toMatch(/^#!/);
    expect((await crablet('link')).code).toBe(0);
    expect((await crablet('link', '--remove')).code).toBe(0);
    await expect(lstat(path)).rejects.toThrow('ENOENT');
  });

  it("leaves Cargo Lambda's own program alone unless told otherwise", async () => {
    await mkdir(join(project.folder, 'bin'));
    const path = join(project.folder, 'bin/cargo-lambda');
    await writeFile(path, 'the real one');
    const refused = await crablet('link', 'bin');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('bin/cargo-lambda is another program');
    expect((await crablet('link', 'bin', '--remove')).code).toBe(2);
    expect((await crablet('link', 'bin', '--force')).code).toBe(0);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });
});

describe('what cargo will find', () => {
  const linked = async (folder: string[], env: NodeJS.ProcessEnv) => {
    const change = { ...project.env, HOME: project.folder, ...env };
    const { code, stderr } = await runCli(['link', ...folder], { cwd: project.folder, env: change });
    expect(code, stderr).toBe(0);
    return stderr;
  };
  const at = (name: string) => join(project.folder, name);

  it('is told where it is another, or none', async () => {
    await project.write('real/cargo-lambda', '');
    expect(await linked(['mine'], { PATH: at('real') })).toMatch(/mine is not on PATH/);
    expect(await linked(['mine'], { PATH: `${at('real')}:${at('mine')}` })).toMatch(
      /^cargo finds \S+real\/cargo-lambda before it: put \S+mine earlier on PATH, or link there: crablet link \S+real --force\n$/,
    );
    expect(await linked(['mine'], { PATH: `${at('mine')}:${at('real')}` })).toBe('');
  });

  it("is in cargo's own folder, which need not be on PATH", async () => {
    expect(await linked([], { PATH: at('real') })).toBe('');
    // As for cargo, a variable without a value is none.
    expect(await linked([], { PATH: at('real'), CARGO_HOME: '' })).toBe('');
    expect((await lstat(at('.cargo/bin/cargo-lambda'))).isSymbolicLink()).toBe(true);
  });
});

describe('a folder that cannot hold it', () => {
  it.each([
    ['is a file', 'taken', /ENOTDIR|EEXIST/],
    // Where Node.js' own way of making folders never comes back.
    ['cannot be made', '/proc/x', /ENOENT/],
    ['has a folder of that name', 'full', /ERR_FS_EISDIR|EISDIR|directory/i],
  ])('%s', async (_what, folder, why) => {
    await project.write('taken', '');
    await mkdir(join(project.folder, 'full/cargo-lambda'), { recursive: true });
    const { code, stdout, stderr } = await crablet('link', folder, '--force');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/cargo-lambda cannot be made: .*\n +fix: Name a folder that is yours/);
    expect(stderr).toMatch(why);
  });
});

describe('as cargo lambda', () => {
  it("takes the command line of Cargo Lambda's CDK construct, and leaves nothing but the bootstrap in its folder", async () => {
    await project.metadata({ packages: [{ name: 'app', bins: ['hello', 'other'] }] });
    await project.write(
      'target/release/hello',
      makeElf({ machine: process.arch === 'arm64' ? 183 : 62, interpreter: undefined, libraries: [] }),
    );
    await project.onBuild(saysBuilt(project.folder, 'hello').replaceAll('debug', 'release'));
    // What cargo starts for `cargo lambda build …` (cargo-lambda-cdk 0.0.36, lib/bundling.js).
    const own = process.arch === 'arm64' ? '--arm64' : '--x86-64';
    const argv = [
      'lambda',
      'build',
      '--lambda-dir',
      'asset',
      '--release',
      own,
      '--bin',
      'hello',
      '--flatten',
      'hello',
    ];
    const { code, stdout, stderr } = await crablet(...argv);
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: 'asset/bootstrap\n' });
    expect(await readdir(join(project.folder, 'asset'))).toEqual(['bootstrap']);
  });
});

describe('crablet config', () => {
  beforeEach(async () => {
    await project.metadata({
      packages: [
        {
          name: 'app',
          bins: ['hello'],
          lambda: { deploy: { memory: 512 }, env: { SECRET: 'x' }, build: { release: true } },
        },
      ],
    });
    await project.write('CargoLambda.toml', '[deploy]\nmemory = 256\ntimeout = 7\n');
  });

  it('shows what holds and where it comes from', async () => {
    const { code, stdout } = await crablet('config', '--show-origin');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hello\n/);
    expect(stdout).toMatch(/ {2}build\.release = true +Cargo\.toml \[package\.metadata\.lambda\.build\]\n/);
    expect(stdout).toMatch(/ {2}deploy\.memory = 512 +Cargo\.toml \[package\.metadata\.lambda\.deploy\]\n/);
    expect(stdout).toMatch(/ {2}deploy\.timeout = 7 +CargoLambda\.toml \[deploy\]\n/);
    expect(stdout).toMatch(/ {2}env\.SECRET = "\(hidden; --show-values shows it\)"/);
    expect((await crablet('config', 'env', '--show-values')).stdout).toBe('hello\n  env.SECRET = "x"\n');
  });

  it('gives it as JSON', async () => {
    const { stdout } = await crablet('config', 'deploy', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'crablet.config/1',
      functions: [
        {
          function: 'hello',
          settings: [
            { key: 'deploy.memory', value: 512, origin: { source: 'package' } },
            { key: 'deploy.timeout', value: 7, origin: { source: 'file' } },
          ],
        },
      ],
    });
  });

  it('names the sections there are', async () => {
    const { code, stderr } = await crablet('config', 'deplyo');
    expect(code).toBe(2);
    expect(stderr).toContain("no section 'deplyo'; there are: build, watch, deploy, env");
  });
});
