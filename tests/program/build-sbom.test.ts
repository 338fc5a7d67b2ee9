import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';

/** Of which dependencies a bill of materials is asked: those of this build, not all that the lock file knows. */

let project: FakeProject;

const HOST = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
const STATIC = makeElf({ machine: process.arch === 'arm64' ? 183 : 62 });

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  await project.write('target/debug/hello', STATIC);
  await project.onBuild(saysBuilt(project.folder, 'hello'));
});

afterEach(() => project.remove());

/** As cargo resolves: the crate of a feature only with it. */
async function resolves(): Promise<void> {
  const crate = (name: string) => ({ id: name, name, version: '1.0.0', source: 'registry+https://x' });
  const app = { id: 'app', name: 'app', version: '0.1.0', source: null };
  const answer = (...names: string[]) =>
    JSON.stringify({
      packages: [app, ...names.map(crate)],
      resolve: {
        nodes: [
          { id: 'app', deps: names.map((pkg) => ({ pkg, dep_kinds: [{ kind: null }] })) },
          ...names.map((id) => ({ id, deps: [] })),
        ],
      },
    });
  await project.onMetadata(
    `case "$*" in *--locked*) echo "$@" >> '${project.folder}/asked'; case "$*" in *--features*) echo '${answer('always', 'sometimes')}';; *) echo '${answer('always')}';; esac;; *) cat '${project.folder}/.fake/metadata.json';; esac`,
  );
}

async function componentsOf(...argv: string[]): Promise<string[]> {
  const { code, stderr } = await runCli(['build', '--sbom', ...argv], {
    cwd: project.folder,
    env: project.env,
  });
  expect(code, stderr).toBe(0);
  const text = await readFile(join(project.folder, 'target/lambda/hello/bootstrap.cdx.json'), 'utf8');
  return JSON.parse(text).components.map(({ name }: { name: string }) => name);
}

describe.skipIf(process.platform !== 'linux')('the bill of materials', () => {
  it('has what is compiled with the features and for the platform of the build', async () => {
    await resolves();
    expect(await componentsOf()).toEqual(['always']);
    expect(await componentsOf('--features', 'more')).toEqual(['always', 'sometimes']);
    const asked = (await readFile(join(project.folder, 'asked'), 'utf8')).trim().split('\n');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain(`--filter-platform ${HOST} --filter-platform ${HOST.replace('gnu', 'musl')}`);
    expect(asked[1]).toContain('--features more');
  });
});
