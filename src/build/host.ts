import { existsSync } from 'node:fs';

/** This machine as a Rust triple, where it is one that Lambda runs: Linux with glibc. */
export function hostTriple(): string | undefined {
  if (process.platform !== 'linux' || !usesGlibc()) return undefined;
  switch (process.arch) {
    case 'x64':
      return 'x86_64-unknown-linux-gnu';
    case 'arm64':
      return 'aarch64-unknown-linux-gnu';
    default:
      return undefined;
  }
}

/** With musl's loader beside it the answer is no: then the target is spelt out for cargo, which is always right. */
function usesGlibc(): boolean {
  return !existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`);
}
