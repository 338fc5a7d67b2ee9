import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionTarget } from '../project/project.js';
import { placeBytes } from './artifact.js';
import { DEFAULT_RUNTIME } from './runtimes.js';

/**
 * By function and runtime: the glibc that a plain build turned out to need when the runtime has an older one. The next
 * build then goes another way at once, rather than compile everything twice.
 */
export type Needs = Readonly<Record<string, string>>;

/** Gone with the target folder, as after `cargo clean`: then plain cargo is tried again. */
function fileIn(targetDirectory: string): string {
  return join(targetDirectory, 'lambda', '.needs.json');
}

export function needKey({ name, packageName, settings }: FunctionTarget): string {
  return `${packageName}/${name} on ${settings.deploy.runtime ?? DEFAULT_RUNTIME}`;
}

export async function readNeeds(targetDirectory: string): Promise<Needs> {
  try {
    const found: unknown = JSON.parse(await readFile(fileIn(targetDirectory), 'utf8'));
    return typeof found === 'object' && found !== null ? (found as Needs) : {};
  } catch {
    return {};
  }
}

export async function rememberNeeds(targetDirectory: string, needs: Needs): Promise<void> {
  const all = { ...(await readNeeds(targetDirectory)), ...needs };
  // Without it the next build only takes longer.
  await placeBytes(Buffer.from(`${JSON.stringify(all)}\n`), fileIn(targetDirectory)).catch(() => {});
}
