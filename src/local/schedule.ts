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
      if (situation.active >= situation.limit) return situation.patient ? 'queue' : 'throttle';
      if (situation.idle > 0) return 'use-idle';
      if (situation.warming > 0) return 'join-warming';
      if (situation.cold > 0) return 'restart-cold';
      return 'start';
  }
}
