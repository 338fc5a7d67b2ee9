import { parse } from 'smol-toml';

export interface LockFile {
  readonly text: string;
  /** Undefined when it cannot be understood. */
  readonly packages: readonly Locked[] | undefined;
}

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
  readonly checksum?: string;
  readonly dependencies?: readonly string[];
}

/**
 * The part of a lock file that some packages of the workspace are made of: every crate that can be reached from them. So a
 * dependency that one function gets is no change of the others. What cannot be understood counts as a whole.
 */
export function lockedFor({ text, packages: all }: LockFile, names: readonly string[]): unknown {
  if (!all) return text;
  const reached = new Set<Locked>();
  const waiting = all.filter(({ name, source }) => source === undefined && names.includes(name));
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (reached.has(one)) continue;
    reached.add(one);
    for (const dependency of one.dependencies ?? []) {
      const found = all.filter((other) => isMeant(other, dependency));
      if (found.length === 0) return text;
      waiting.push(...found);
    }
  }
  return [...reached]
    .map(({ name, version, source, checksum }) => [name, version, source ?? null, checksum ?? null])
    .sort(([a, b], [c, d]) => (`${a} ${b}` < `${c} ${d}` ? -1 : 1));
}

/** `name`, `name version` or `name version (source)`: as much as it takes to be unambiguous. */
function isMeant({ name, version, source }: Locked, dependency: string): boolean {
  const [wanted, wantedVersion, wantedSource] = dependency.split(' ');
  if (name !== wanted) return false;
  if (wantedVersion !== undefined && version !== wantedVersion) return false;
  return wantedSource === undefined || wantedSource === `(${source})`;
}

export function parseLock(text: string): LockFile {
  try {
    const packages = parse(text)['package'];
    return { text, packages: Array.isArray(packages) ? (packages as unknown as Locked[]) : undefined };
  } catch {
    return { text, packages: undefined };
  }
}
