import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

/** The same sources give the same bytes, wherever they lie. */

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-reproducible-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const FILES: Readonly<Record<string, string>> = {
  // Debug information names folders, too.
  'app/Cargo.toml':
    '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\ndep = { path = "dep" }\n[profile.release]\ndebug = 1\n[workspace]\n',
  'app/src/main.rs':
    'include!(concat!(env!("OUT_DIR"), "/made.rs"));\nfn main() { println!("{}", dep::pick(made(std::env::args().count()))) }',
  'app/build.rs':
    'fn main() { std::fs::write(std::env::var("OUT_DIR").unwrap() + "/made.rs", "fn made(n: usize) -> usize { [1, 2, 3][n] }").unwrap() }',
  'app/dep/Cargo.toml': '[package]\nname = "dep"\nversion = "0.1.0"\nedition = "2024"\n',
  'app/dep/src/lib.rs': 'pub fn pick(n: usize) -> u32 { assert!(n < 9, "too many"); [1, 2, 3][n] }',
};

async function build(place: string, env: NodeJS.ProcessEnv = {}) {
  for (const [path, content] of Object.entries(FILES)) {
    const file = join(folder, place, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const { code, stdout, stderr } = await runCli(
    ['build', '--release', '--output-format', 'zip', '--output', 'json', '--compiler', 'cargo'],
    { cwd: join(folder, place, 'app'), env: { ...process.env, ...env } },
  );
  expect(code, stderr).toBe(0);
  const [{ codeSha256, path }] = JSON.parse(stdout).functions;
  const { bootstrap } = unzipSync(await readFile(path));
  return { codeSha256, program: Buffer.from(bootstrap ?? []) };
}

describe('two clean builds in two folders', () => {
  it.each<[string, NodeJS.ProcessEnv]>([
    ['as they are', {}],
    ['with flags of the user', { RUSTFLAGS: '-C force-frame-pointers=yes' }],
  ])('give the same sha256, and carry no path of this machine: %s', async (_, env) => {
    const one = await build('one', env);
    const two = await build('two/deeper down', env);
    expect(two.codeSha256).toBe(one.codeSha256);
    expect(one.program.includes(folder)).toBe(false);
    expect(one.program.includes('/workspace')).toBe(true);
  });
});

describe('beside the artifacts', () => {
  it('is what they were built from, and a bill of materials when asked for', async () => {
    await build('one');
    const cwd = join(folder, 'one/app');
    const argv = ['build', '--release', '--sbom', '--output', 'json', '--compiler', 'cargo'];
    const { stdout, stderr, code } = await runCli(argv, { cwd, env: process.env });
    expect(code, stderr).toBe(0);
    const [{ facts, sbom, path }] = JSON.parse(stdout).functions;
    expect(sbom).toBe(`${path}.cdx.json`);
    const { components, metadata } = JSON.parse(await readFile(sbom, 'utf8'));
    expect(components).toMatchObject([{ name: 'dep', version: '0.1.0' }]);
    const told = JSON.parse(await readFile(facts, 'utf8'));
    expect(told).toMatchObject({
      function: 'app',
      compiler: 'cargo',
      rustc: expect.stringMatching(/^rustc /),
      git: null,
    });
    expect(told.programSha256).toBe(metadata.component.hashes[0].content);
    expect(told.lockfileSha256).toMatch(/^[0-9a-f]{64}$/);
    // Nothing of the machine.
    expect(JSON.stringify([told, components])).not.toContain(folder);
  });
});
