import type { Release } from './glibc.js';

/** glibc of the runtimes (public.ecr.aws/lambda/provided: Amazon Linux 2023 has 2.34, Amazon Linux 2 has 2.26). */
const GLIBC: Readonly<Record<string, Release>> = {
  'provided.al2023': [2, 34, 0],
  'provided.al2': [2, 26, 0],
};

/** Those that run a `bootstrap`. */
export const RUNTIMES: readonly string[] = Object.keys(GLIBC);

export const DEFAULT_RUNTIME = 'provided.al2023';

/** The runtime whose facts count for a name, and its glibc; an unknown one counts as the newest. */
export function runtimeFacts(name: string): { readonly name: string; readonly glibc: Release } {
  const glibc = Object.hasOwn(GLIBC, name) ? GLIBC[name] : undefined;
  return glibc ? { name, glibc } : { name: DEFAULT_RUNTIME, glibc: [2, 34, 0] };
}
