/**
 * Which environment an invocation gets. Pure: `function.ts` gathers the facts and does what is decided.
 * AWS's rules: one invocation at a time per environment, provisioned environments before those on demand, a new
 * environment when none is free, 429 at the limit and when there were too many new ones (AWS developer guide,
 * "Understanding Lambda function scaling", "Lambda scaling behavior").
 */
export interface Situation {
  /** Whether there is a built generation to run: 'building' holds invocations, 'broken' refuses them, unless they are patient. */
  readonly generation: 'building' | 'ready' | 'broken';
  /** Provisioned environments of the current generation whose process waits for work. */
  readonly provisioned: number;
  /** Environments on demand of the current generation whose process waits for work. */
  readonly idle: number;
  /** Environments that initialise with no invocation bound to them. */
  readonly warming: number;
  /** Environments whose process has ended; they keep their /tmp and start again with their next invocation. */
  readonly cold: number;
  /** Environments that have answered and ask for more any moment, and that no invocation waits for yet. */
  readonly finishing: number;
  /** Environments on demand that are busy or initialise for an invocation, of all functions that share the limit. */
  readonly active: number;
  /** The most environments on demand that may be active at once. */
  readonly limit: number;
  /** Whether the function may have a new environment already. */
  readonly mayScale: boolean;
  /** Whether it waits for room rather than being refused. */
  readonly patient: boolean;
}

export type Decision =
  | 'hold'
  | 'refuse'
  | 'use-provisioned'
  | 'use-idle'
  | 'await-finishing'
  | 'join-warming'
  | 'restart-cold'
  | 'start'
  | 'throttle'
  | 'queue'
  /** As `queue`, and nobody's end will make room: time does. */
  | 'await-scaling';

export function decide(situation: Situation): Decision {
  switch (situation.generation) {
    case 'building':
      return 'hold';
    case 'broken':
      return situation.patient ? 'queue' : 'refuse';
    case 'ready':
      return place(situation);
  }
}

function place(situation: Situation): Decision {
  // They have a place of their own, whatever the others use.
  if (situation.provisioned > 0) return 'use-provisioned';
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
  if (situation.mayScale) return 'start';
  return situation.patient ? 'await-scaling' : 'throttle';
}
