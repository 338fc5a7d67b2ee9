import type { AliasState, PublishedVersion } from './rollout-cloud.js';

/** The versions that an alias leads to, with all or a part of its calls. */
function inUse(aliases: readonly AliasState[]): ReadonlySet<string> {
  return new Set(aliases.flatMap(({ version, weights }) => [version, ...Object.keys(weights)]));
}

/** The order in which they were published; `12` is after `9`. */
function byNumber(versions: readonly PublishedVersion[]): readonly PublishedVersion[] {
  return [...versions].sort((one, other) => Number(one.version) - Number(other.version));
}

/** Which versions may go: all but the newest `keep`, and never one that an alias leads to. */
export function prunable(
  versions: readonly PublishedVersion[],
  aliases: readonly AliasState[],
  keep: number,
): readonly string[] {
  const used = inUse(aliases);
  return byNumber(versions)
    .slice(0, Math.max(0, versions.length - keep))
    .map(({ version }) => version)
    .filter((version) => !used.has(version));
}

export type RollbackTarget =
  | { readonly kind: 'version'; readonly version: string }
  /** The alias is at the asked version, with all of its calls. */
  | { readonly kind: 'there-already'; readonly version: string }
  | { readonly kind: 'no-such-version'; readonly there: readonly string[] }
  | { readonly kind: 'none-before'; readonly version: string };

/**
 * Where a rollback leads: to the version that was asked for, or without one back. A canary that is under way goes
 * back to the version that it came from, which is the alias's own.
 */
export function rollbackTarget(
  versions: readonly PublishedVersion[],
  alias: AliasState,
  asked: string | undefined,
): RollbackTarget {
  const numbers = byNumber(versions).map(({ version }) => version);
  const underway = Object.keys(alias.weights).length > 0;
  if (asked !== undefined) {
    if (!numbers.includes(asked)) return { kind: 'no-such-version', there: numbers };
    const there = alias.version === asked && !underway;
    return { kind: there ? 'there-already' : 'version', version: asked };
  }
  if (underway) return { kind: 'version', version: alias.version };
  const before = numbers.filter((version) => Number(version) < Number(alias.version)).at(-1);
  return before === undefined
    ? { kind: 'none-before', version: alias.version }
    : { kind: 'version', version: before };
}
