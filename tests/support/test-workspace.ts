import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/**
 * The workspace of all that the tests build in this repository, but for examples/hello-http: what each crate has of its
 * own is linked, what a workspace has for all of its members is that of examples/. One run of cargo with one set of
 * features compiles the crates of others once, which takes minutes on a clean machine, and not once for each folder.
 */
export const TEST_WORKSPACE = join(packageRoot(), '.tools', 'functions');

/** What is in it where; the handlers' manifest is that of a workspace of its own, for those who build them alone. */
const ELSEWHERE = {
  'test-functions': ['tests', 'functions'],
  'sample-events': ['tests', 'functions', 'sample-events'],
  'every-feature': ['tests', 'functions', 'every-feature'],
} as const;
const HANDLERS = join(packageRoot(), 'bench', 'handlers', 'rust');

/** Selected beside another package, this one makes cargo use the features that everything has been compiled with. */
export const EVERY_FEATURE = 'every-feature';
export const TEST_LOCK = join(packageRoot(), 'tests', 'functions', 'Cargo.lock');

export async function makeTestWorkspace(): Promise<void> {
  const examples = join(packageRoot(), 'examples');
  const root = await readFile(join(examples, 'Cargo.toml'), 'utf8');
  const members = JSON.parse(/^members = (\[.*\])$/m.exec(root)![1]!) as string[];
  const links = [
    ...members.map((name) => [name, join(examples, name)] as const),
    ...Object.entries(ELSEWHERE).map(([name, path]) => [name, join(packageRoot(), ...path)] as const),
    [join('handlers', 'src'), join(HANDLERS, 'src')] as const,
  ];
  await rm(TEST_WORKSPACE, { recursive: true, force: true });
  await mkdir(TEST_WORKSPACE, { recursive: true });
  const all = JSON.stringify([...members, ...Object.keys(ELSEWHERE), 'handlers']);
  const manifest = root.replace(/^members = .*$/m, `members = ${all}`).replace(/^exclude = .*\n/m, '');
  await writeFile(join(TEST_WORKSPACE, 'Cargo.toml'), manifest);
  await cp(TEST_LOCK, join(TEST_WORKSPACE, 'Cargo.lock'));
  for (const [name, target] of links) {
    await mkdir(dirname(join(TEST_WORKSPACE, name)), { recursive: true });
    await symlink(target, join(TEST_WORKSPACE, name));
  }
  const [own] = (await readFile(join(HANDLERS, 'Cargo.toml'), 'utf8')).split('[workspace]');
  await writeFile(join(TEST_WORKSPACE, 'handlers', 'Cargo.toml'), own!);
}

/** Links the member that makes `folder` a workspace with the same features. */
export async function linkEveryFeature(folder: string): Promise<void> {
  await symlink(join(packageRoot(), ...ELSEWHERE[EVERY_FEATURE]), join(folder, EVERY_FEATURE));
}
