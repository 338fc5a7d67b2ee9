import type { ElfProblem } from './elf-check.js';

/** What a function must be smaller than, unzipped, with its layers (AWS Lambda Developer Guide, "Lambda quotas"). */
const TOO_MANY_BYTES = 262_144_000;

/** The files that a function is made of must fit; layers, which cannot be seen from here, come on top. */
export function checkSize(files: readonly { readonly name: string; readonly size: number }[]): ElfProblem[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total < TOO_MANY_BYTES) return [];
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
