/**
 * What becomes of an event (an invocation of the type `Event`) after each try: AWS's rules of asynchronous
 * invocation. Times are epoch milliseconds, durations milliseconds.
 */

/** What a function says of its events (botocore, EventInvokeConfig; the numbers are its defaults and bounds). */
export interface EventInvokeConfig {
  /** 0 to 2. */
  readonly maximumRetryAttempts: number;
  /** 60 to 21,600. */
  readonly maximumEventAgeSeconds: number;
}

export const EVENT_INVOKE_DEFAULTS: EventInvokeConfig = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
};

/** One minute before the second attempt, two before the third (developer guide, invocation-async). */
export const RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];

/** Back-off of what could not run: 1 second at first, doubled each time, 5 minutes at most (same page). */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/** The `condition` of a record: why an event is over (SNAP:test_lambda_destinations). */
export type Condition =
  | 'Success'
  | 'RetriesExhausted'
  | 'EventAgeExceeded'
  | 'ZeroReservedConcurrency'
  | 'RecursiveInvocation';

/** What is known of an event when a try has ended. */
export interface Tried {
  readonly acceptedAt: number;
  /** How often the function has run and failed, this time included. */
  readonly attempts: number;
  /** How often in a row it could not run, this time included. */
  readonly requeues: number;
}

export type Next =
  | { readonly kind: 'again'; readonly at: number }
  | { readonly kind: 'over'; readonly condition: Exclude<Condition, 'Success'> };

/** Whether the event is too old to be started at this moment. */
export function isTooOld(acceptedAt: number, at: number, config: EventInvokeConfig): boolean {
  return at >= acceptedAt + config.maximumEventAgeSeconds * 1000;
}

/**
 * The function ran and failed. The age is looked at ahead: an event whose next attempt would come too late is over
 * now (SNAP:test_lambda_destinations#test_maxeventage: at an age of 60 s it is told after one attempt, at once).
 */
export function afterFailure(
  { acceptedAt, attempts }: Tried,
  config: EventInvokeConfig,
  delaysMs: readonly number[],
  now: number,
): Next {
  if (attempts > config.maximumRetryAttempts) return { kind: 'over', condition: 'RetriesExhausted' };
  const at = now + (delaysMs[attempts - 1] ?? delaysMs.at(-1) ?? 0);
  if (isTooOld(acceptedAt, at, config)) return { kind: 'over', condition: 'EventAgeExceeded' };
  return { kind: 'again', at };
}

/** The function could not run (429, 5xx): that is no attempt, and ends only with the event's age. */
export function afterThrottle({ acceptedAt, requeues }: Tried, config: EventInvokeConfig, now: number): Next {
  const at = now + Math.min(FIRST_BACKOFF_MS * 2 ** (requeues - 1), LONGEST_BACKOFF_MS);
  if (isTooOld(acceptedAt, at, config)) return { kind: 'over', condition: 'EventAgeExceeded' };
  return { kind: 'again', at };
}
