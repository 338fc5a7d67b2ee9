import { open, stat, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { replaceFile } from './artifact.js';
import type { Executable } from './compile.js';
import type { ByteSource } from './elf-bytes.js';
import { withFile } from './elf-file.js';
import { type StripPlan, stripPlan } from './elf-strip.js';

/** An executable as it is shipped, and as cargo has linked it: with symbols, where there were any. */
export interface Shipped extends Executable {
  readonly linked: string;
}

export function withoutSymbols(
  executables: readonly Executable[],
  targetDirectory: string,
): Promise<Shipped[]> {
  return Promise.all(
    executables.map(async (one) => ({
      ...one,
      path: one.strips ? await strippedCopy(one.path, targetDirectory) : one.path,
      linked: one.path,
    })),
  );
}

/**
 * Makes a copy of an executable without its symbols, unless the one that is there is of the same file; cargo's own stays as
 * it is, with symbols for the report of sizes, profilers and `addr2line`. What cannot be stripped is given back as it is.
 */
async function strippedCopy(executable: string, targetDirectory: string): Promise<string> {
  const plan = withFile(executable, stripPlan);
  if (!plan) return executable;
  const from = await stat(executable);
  const inside = relative(targetDirectory, executable);
  const path = join(
    targetDirectory,
    'lambda',
    '.stripped',
    inside.startsWith('..') ? from.ino.toString() : inside,
  );
  const there = await stat(path).catch(() => undefined);
  if (there?.size === plan.size && Math.abs(there.mtimeMs - from.mtimeMs) < 1) return path;
  await replaceFile(path, async (temporary) => {
    await fill(temporary, executable, plan);
    await utimes(temporary, from.atime, from.mtime);
  });
  return path;
}

async function fill(temporary: string, executable: string, { pieces }: StripPlan): Promise<void> {
  const bytes = withFile(executable, (source: ByteSource) =>
    Buffer.concat(
      pieces.map((one) => (one instanceof Uint8Array ? one : source.read(one.offset, one.length))),
    ),
  );
  const file = await open(temporary, 'wx', 0o755);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}
