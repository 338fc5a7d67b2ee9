import type { ElfProblem } from './elf-check.js';

/** What a function may be, unzipped, with its layers (AWS Lambda Developer Guide, "Lambda quotas": 250 MB). */
const MOST_UNZIPPED = 250 * 1024 * 1024;

/** The files that a function is made of must fit; layers, which cannot be seen from here, come on top. */
export function checkSize(files: readonly { readonly name: string; readonly size: number }[]): ElfProblem[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= MOST_UNZIPPED) return [];
  const [largest] = [...files].sort((a, b) => b.size - a.size);
  return [
    {
      kind: 'size',
      what: `It has ${megabytes(total)} unzipped, and Lambda takes 250 MB (262,144,000 bytes) at most; the largest file is ${largest?.name} with ${megabytes(largest?.size ?? 0)}.`,
      fix: 'Build with --release, leave debug information out (strip = true in [profile.release]), or put large files where the function can fetch them.',
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
