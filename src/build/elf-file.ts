import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ElfResult, inspectElf } from './elf.js';
import type { ByteSource } from './elf-bytes.js';

/** Reads the facts of a program file: a few small pieces of it, not the whole (debug builds are large). */
export function inspectFile(path: string): ElfResult {
  return withFile(path, inspectElf);
}

/** Lets a file be read in pieces while `use` runs. */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    return use({
      size,
      read: (offset, length) => {
        const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
      },
    });
  } finally {
    closeSync(file);
  }
}
