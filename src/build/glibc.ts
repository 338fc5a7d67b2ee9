import type { ElfFacts } from './elf.js';

/** A glibc release as numbers: `2.34` is [2, 34]. */
export type Release = readonly [major: number, minor: number, patch: number];

export interface GlibcNeed {
  /** Such as `GLIBC_2.34`. */
  readonly version: string;
  /** The release that has it; none for a version that is no release, such as `GLIBC_PRIVATE`. */
  readonly release: Release | undefined;
  readonly library: string;
  readonly symbols: readonly string[];
}

/** The versions that are no number, by the release that brought them (glibc's NEWS files). */
const NAMED: Readonly<Record<string, Release>> = {
  GLIBC_ABI_DT_RELR: [2, 36, 0],
};

/** What must be there of glibc, the newest last; weak versions are left out, as the loader goes on without them. */
export function glibcNeeds({ versions }: ElfFacts): GlibcNeed[] {
  return versions
    .filter(({ version, weak }) => version.startsWith('GLIBC_') && !weak)
    .map(({ version, library, symbols }) => ({ version, library, symbols, release: releaseOf(version) }))
    .sort((a, b) => compare(a.release, b.release));
}

/** The oldest glibc that such a binary starts on, such as `2.34`; none for a static one. */
export function minimumGlibc(facts: ElfFacts): string | undefined {
  const release = glibcNeeds(facts).at(-1)?.release;
  return release && show(release);
}

export function isNewer(release: Release | undefined, than: Release): boolean {
  return compare(release, than) > 0;
}

export function show([major, minor, patch]: Release): string {
  return patch ? `${major}.${minor}.${patch}` : `${major}.${minor}`;
}

/** A release as it is written, such as `2.34`. */
export function parseRelease(text: string): Release | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

function releaseOf(version: string): Release | undefined {
  if (Object.hasOwn(NAMED, version)) return NAMED[version];
  return version.startsWith('GLIBC_') ? parseRelease(version.slice('GLIBC_'.length)) : undefined;
}

/** What is no release counts as newer than any: no runtime can be said to have it. */
function compare(a: Release | undefined, b: Release | undefined): number {
  if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
