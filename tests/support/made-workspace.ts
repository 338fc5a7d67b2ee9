import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { linkEveryFeature, TEST_LOCK } from './test-workspace.js';

/**
 * The root of a workspace whose members a test makes: with the templates' profile, the versions and the features that
 * the tests' own workspace has, so that what is in .tools/target is not compiled once more for each of them.
 */
export async function makeWorkspace(folder: string): Promise<void> {
  const profile = await readFile(join(packageRoot(), 'templates', 'parts', 'profile.toml'), 'utf8');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Cargo.toml'), `${MEMBERS}${profile}`);
  await linkEveryFeature(folder);
  await lockAsTests(folder);
}

/** What the tests do not have, cargo adds; what a manifest wants newer, it takes newer. */
export async function lockAsTests(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(TEST_LOCK, join(folder, 'Cargo.lock'));
}

const MEMBERS = '[workspace]\nresolver = "3"\nmembers = ["*"]\n';
