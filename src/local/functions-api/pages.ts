import { invalid } from '../../lambda/functions-api/errors.js';

/** AWS's for most lists (botocore: MaxListItems and its like bound what can be asked for). */
const PAGE = 50;

interface Page {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** A page of a sorted list. The marker is the key that the next one begins with. */
export function paged<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
  { Marker, MaxItems = PAGE }: Page,
): { readonly items: readonly T[]; readonly NextMarker?: string } {
  const key = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString();
  const from = key === undefined ? 0 : all.findIndex((one) => keyOf(one) === key);
  if (from === -1) throw invalid('Invalid Marker.');
  const items = all.slice(from, from + Math.min(MaxItems, PAGE));
  const next = all[from + items.length];
  return next === undefined
    ? { items }
    : { items, NextMarker: Buffer.from(keyOf(next)).toString('base64url') };
}
