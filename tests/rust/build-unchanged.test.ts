import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { until } from '../support/steering.js';

/** A build with nothing changed does not ask cargo; one that would make something else does. */

const NOTHING = 'Nothing has changed since the last build.';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-unchanged-')));
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files/text.txt'), 'one');
  await writeFile(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n[features]\nextra = []\n[profile.release]\nlto = "off"\n',
  );
  await mkdir(join(folder, '.cargo'));
  await writeFile(join(folder, '.cargo/config.toml'), 'include = ["more.toml"]\n');
  await writeFile(join(folder, '.cargo/more.toml'), '[profile.dev]\ndebug = 0\n');
  // An unused function makes a warning.
  await writeFile(
    join(folder, 'src/main.rs'),
    'fn unused() {}\nfn main() { println!("{}", include_str!("../files/text.txt")); }\n',
  );
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('after a build', () => {
  beforeEach(async () => {
    // The first one makes the target folder and the lock file, which the second one finds.
    await build();
    await build();
  });

  it('the same build is told again, with its warnings, and cargo is not run', async () => {
    const again = await build({}, '--output', 'json');
    expect(again.stderr).toContain('function `unused` is never used');
    expect(again.stderr).toContain(NOTHING);
    expect(again.stderr).not.toContain('Finished');
    expect(JSON.parse(again.stdout)).toMatchObject({ functions: [{ function: 'app', changed: false }] });
  });

  it.each([
    ['a source', () => appendFile(join(folder, 'src/main.rs'), '\n')],
    ['a file that a source includes', () => writeFile(join(folder, 'files/text.txt'), 'two')],
    ['the manifest', () => appendFile(join(folder, 'Cargo.toml'), '\n')],
    ['a new binary', () => newBinary()],
    ['a build script', () => writeFile(join(folder, 'build.rs'), 'fn main() {}')],
    ['a configuration of cargo', () => cargoConfiguration('config.toml')],
    ['what it includes', () => cargoConfiguration('more.toml')],
    [
      'a configuration of ours',
      () => writeFile(join(folder, 'CargoLambda.toml'), '[build]\nfeatures = ["extra"]\n'),
    ],
    ['the artifact', () => writeFile(join(folder, 'target/lambda/app/bootstrap'), 'half')],
    ["cargo's executable", () => rm(join(folder, 'target/debug/app'))],
  ])('%s that changes is seen', async (_what, change) => {
    await change();
    expect((await build()).stderr).not.toContain(NOTHING);
    expect((await stat(join(folder, 'target/lambda/app/bootstrap'))).size).toBeGreaterThan(10_000);
  });

  it.each([
    ['another flag', {}, ['--features', 'extra']],
    ['another variable', { RUSTFLAGS: '--cfg other' }, []],
  ])('%s is another build', async (_what, env, flags) => {
    expect((await build(env, ...flags)).stderr).not.toContain(NOTHING);
  });

  it('two environments in turn are two builds, and each is remembered', async () => {
    const release = (shell: string, ...flags: string[]) => build({ SHELL_OF: shell }, '--release', ...flags);
    await release('one', '--sbom');
    expect((await release('two', '--sbom')).stderr).toContain('Finished');
    expect((await release('one', '--sbom')).stderr).toContain(NOTHING);
    expect((await release('two', '--sbom')).stderr).toContain(NOTHING);
  });

  it('a file of settings that a flag names is seen', async () => {
    await writeFile(join(folder, 'mine.toml'), '[profile.dev]\ndebug = 1\n');
    const named = () => build({}, '--config', 'mine.toml');
    await named();
    expect((await named()).stderr).toContain(NOTHING);
    await writeFile(join(folder, 'mine.toml'), '[profile.dev]\nopt-level = 1\n');
    expect((await named()).stderr).not.toContain(NOTHING);
  });

  it('a build script that watches a file that is not there is run each time', async () => {
    await writeFile(
      join(folder, 'build.rs'),
      'fn main() { println!("cargo::rerun-if-changed=not-there"); }\n',
    );
    await build();
    await build();
    expect((await build()).stderr).not.toContain(NOTHING);
  });

  it('a release tells the commit that it was built from', async () => {
    const facts = async () => {
      const again = JSON.parse((await build({}, '--release', '--output', 'json')).stdout);
      return JSON.parse(await readFile(again.functions[0].facts, 'utf8')).git?.commit;
    };
    commit('--allow-empty', '-m', 'one');
    const first = await facts();
    expect(first).toMatch(/^[0-9a-f]{40}$/);
    commit('--allow-empty', '-m', 'two');
    const second = await facts();
    expect(second).toMatch(/^[0-9a-f]{40}$/);
    expect(second).not.toBe(first);
  });

  it('a record that cannot be read is none', async () => {
    const records = join(folder, 'target/lambda/.builds');
    await rm(records, { recursive: true });
    await writeFile(records, 'no folder');
    expect(await build()).toMatchObject({ code: 0 });
  });
});

function commit(...argv: string[]): void {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet');
  git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', ...argv);
}

async function newBinary(): Promise<void> {
  await mkdir(join(folder, 'src/bin'));
  await writeFile(join(folder, 'src/bin/other.rs'), 'fn main() {}');
}

async function cargoConfiguration(name: string): Promise<void> {
  await writeFile(join(folder, '.cargo', name), '[build]\nrustflags = ["--cfg", "configured"]\n');
}

/** What was written a moment before a build may have been written during it, for all that the clock can tell. */
async function build(env: Record<string, string> = {}, ...flags: string[]) {
  const asked = Date.now();
  await until(() => Date.now() - asked > 25);
  const run = await runCli(['build', ...flags], { cwd: folder, env: { ...process.env, ...env } });
  expect(run.code, run.stderr).toBe(0);
  return run;
}
