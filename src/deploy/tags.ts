import { createHash } from 'node:crypto';
import { OWNER_TAG, TAGS_TAG } from './desired.js';
import type { Tags } from './step.js';

/**
 * A function's tags are the configuration's, crablet's own, and those that others put on it (an organisation often does
 * so by itself). Only the first ones are taken away when they leave the configuration: `TAGS_TAG` says which these are,
 * each key by five digits of its hash, as the value of a tag has room for 256 characters.
 */
const DIGITS = 5;

export function wantedTags(tags: Tags, owner: string): Tags {
  const keys = Object.keys(tags).sort().map(hashOf).join('');
  return { ...tags, [OWNER_TAG]: owner, ...(keys !== '' && { [TAGS_TAG]: keys }) };
}

/** What has to be put on and taken off. */
export function tagChanges(
  there: Tags,
  wanted: Tags,
): { readonly put: Tags; readonly remove: readonly string[] } {
  const ours = new Set((there[TAGS_TAG] ?? '').match(new RegExp(`.{${DIGITS}}`, 'g')) ?? []);
  return {
    put: Object.fromEntries(Object.entries(wanted).filter(([key, value]) => there[key] !== value)),
    remove: Object.keys(there)
      .filter((key) => !Object.hasOwn(wanted, key) && (key === TAGS_TAG || ours.has(hashOf(key))))
      // The list last: what it says has to be found again by a deploy that comes after an interrupted one.
      .sort((one, other) => Number(one === TAGS_TAG) - Number(other === TAGS_TAG)),
  };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, DIGITS);
}
