import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/**
 * The root of a workspace whose members a test makes: with the templates' profile and the versions that the examples
 * are locked to, so that what is in .tools/target is not compiled once more for each of them.
 */
export async function makeWorkspace(folder: string, manifest = MEMBERS): Promise<void> {
  const profile = await readFile(join(packageRoot(), 'templates', 'parts', 'profile.toml'), 'utf8');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Cargo.toml'), `${manifest}${profile}`);
  await lockAsExamples(folder);
}

/** What the examples do not have, cargo adds; what a manifest wants newer, it takes newer. */
export async function lockAsExamples(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(join(packageRoot(), 'examples', 'Cargo.lock'), join(folder, 'Cargo.lock'));
}

const MEMBERS = '[workspace]\nresolver = "3"\nmembers = ["*"]\n';
