import { MAX_UNZIPPED_BYTES } from '../lambda/limits.js';
import type { ElfProblem } from './elf-check.js';

/** The files that a function is made of must fit; layers, which cannot be seen from here, come on top. */
export function checkSize(files: readonly { readonly name: string; readonly size: number }[]): ElfProblem[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total < MAX_UNZIPPED_BYTES) return [];
  const [largest] = [...files].sort((a, b) => b.size - a.size);
  return [
    {
      kind: 'size',
      what: `It has ${megabytes(total)} unzipped, and Lambda takes less than 250 MB (262,144,000 bytes); the largest file is ${largest?.name} with ${megabytes(largest?.size ?? 0)}.`,
      fix: 'Build with --release, leave debug information out (strip = true in [profile.release]), or put large files where the function can fetch them.',
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
