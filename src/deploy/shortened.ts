import { createHash } from 'node:crypto';

const HASH = 8;

/** A name that is no longer than `most`: what is cut off stands in a hash, so that two names stay two. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH);
  return `${name.slice(0, most - HASH - 1)}-${hash}`;
}
