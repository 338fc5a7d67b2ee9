import { randomFrom, shuffled } from './random.js';

/** How much is measured. */
export interface Amounts {
  /** Cold starts of each variant. */
  readonly cold: number;
  /** Warm invocations of each variant that count. */
  readonly warm: number;
  /** Warm invocations before those, which don't: the rule for programs that compile while they run. */
  readonly warmUp: number;
  readonly seed: number;
}

export type Turn =
  | { readonly kind: 'cold'; readonly variant: number }
  /** @property counts false for the warm-up */
  | { readonly kind: 'warm'; readonly variant: number; readonly times: number; readonly counts: boolean };

/** As many warm invocations follow each other before it is another variant's turn. */
const BLOCK = 25;

/**
 * Variants by turns, in another random order each round, so that what changes on the machine meanwhile meets all of
 * them: first the cold starts, then the warm-up, then warm blocks.
 */
export function planTurns(variants: number, { cold, warm, warmUp, seed }: Amounts): Turn[] {
  const random = randomFrom(seed);
  const round = (make: (variant: number) => Turn[]): Turn[] =>
    shuffled([...Array(variants).keys()], random).flatMap(make);
  const turns: Turn[] = [];
  for (let at = 0; at < cold; at += 1) turns.push(...round((variant) => [{ kind: 'cold', variant }]));
  if (warm === 0) return turns;
  if (warmUp > 0)
    turns.push(...round((variant) => [{ kind: 'warm', variant, times: warmUp, counts: false }]));
  for (let left = warm; left > 0; left -= BLOCK) {
    const times = Math.min(BLOCK, left);
    turns.push(...round((variant) => [{ kind: 'warm', variant, times, counts: true }]));
  }
  return turns;
}
