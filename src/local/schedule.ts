/**
 * Which environment an invocation gets. Pure: `function.ts` gathers the facts and does what is decided.
 * AWS's rule: one invocation at a time per environment, a new environment when none is free, 429 at the limit
 * (AWS developer guide, "Understanding Lambda function scaling").
 */
export interface Situation {
  /** Whether there is a built generation to run: 'building' holds invocations, 'broken' refuses them, unless they are patient. */
  readonly generation: 'building' | 'ready' | 'broken';
  /** Environments of the current generation whose process waits for work. */
  readonly idle: number;
  /** Environments that initialise with no invocation bound to them. */
  readonly warming: number;
  /** Environments whose process has ended; they keep their /tmp and start again with their next invocation. */
  readonly cold: number;
  /** Environments that have answered and ask for more any moment, and that no invocation waits for yet. */
  readonly finishing: number;
  /** Environments of all functions that are busy or initialise for an invocation. */
  readonly active: number;
  /** The most environments that may be active at once. */
  readonly limit: number;
  /** Whether it waits for room rather than being refused. */
  readonly patient: boolean;
}

export type Decision =
  | 'hold'
  | 'refuse'
  | 'use-idle'
  | 'await-finishing'
  | 'join-warming'
  | 'restart-cold'
  | 'start'
  | 'throttle'
  | 'queue';

export function decide(situation: Situation): Decision {
  switch (situation.generation) {
    case 'building':
      return 'hold';
    case 'broken':
      return situation.patient ? 'queue' : 'refuse';
    case 'ready':
      if (situation.active >= situation.limit) {
        if (situation.patient) return 'queue';
        return situation.finishing > 0 ? 'await-finishing' : 'throttle';
      }
      if (situation.idle > 0) return 'use-idle';
      if (situation.warming > 0) return 'join-warming';
      // A caller that goes on at once is faster than the runtime's next poll: a second environment would only come
      // of that race, or a 429 at the limit.
      if (situation.finishing > 0) return 'await-finishing';
      if (situation.cold > 0) return 'restart-cold';
      return 'start';
  }
}
