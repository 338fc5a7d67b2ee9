import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.js';
import { makeFolder } from '../make-folder.js';

/**
 * Puts an executable in its place, whole or not at all. It is a copy (one that shares its blocks where the file
 * system can), not a hard link: linkers such as mold write into an existing file, and tools such as upx would
 * reach cargo's own file. The time is the source's, so that the next run sees there is nothing to do.
 */
export async function placeExecutable(source: string, destination: string): Promise<'written' | 'unchanged'> {
  const from = await stat(source);
  if (await isCopyOf(from, destination)) return 'unchanged';
  await replaceFile(destination, async (temporary) => {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await chmod(temporary, 0o755);
    await utimes(temporary, from.atime, from.mtime);
  });
  return 'written';
}

interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Times are compared by the millisecond: `utimes` cannot set them finer on every file system. */
async function isCopyOf(from: Stamp, destination: string): Promise<boolean> {
  try {
    const to = await stat(destination);
    return to.isFile() && to.size === from.size && Math.abs(to.mtimeMs - from.mtimeMs) < 1;
  } catch {
    return false;
  }
}

/** Writes bytes to a file, whole or not at all. */
export function placeBytes(bytes: Uint8Array, destination: string): Promise<void> {
  return replaceFile(destination, (temporary) => writeFile(temporary, bytes));
}

/** As `placeBytes`, but leaves alone what is so already: its time is part of what builds are remembered by. */
export async function placeOther(bytes: Uint8Array, destination: string): Promise<void> {
  const there = await readFile(destination).catch(() => undefined);
  if (!there?.equals(bytes)) await placeBytes(bytes, destination);
}

/** Fills a temporary file in the same folder, then renames it: a reader sees the old file or the new one. */
export async function replaceFile(
  destination: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(destination);
  // Two builds at once, also in one process, must not write into the same file.
  const temporary = join(folder, `.${basename(destination)}.${randomUUID()}.tmp`);
  try {
    await makeFolder(folder);
    await fill(temporary);
    await rename(temporary, destination);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new UserError('environment.file', {
      what: `${destination} cannot be written: ${(error as Error).message}.`,
      fix: 'Make room or make the folder writable, or choose another with --lambda-dir.',
      cause: error,
    });
  }
}
