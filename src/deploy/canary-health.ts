import type { AlarmState, Measured } from './rollout-cloud.js';

/** What is known of a canary at one moment. */
export interface Look {
  readonly alarms: readonly AlarmState[];
  readonly before: Measured;
  readonly after: Measured;
}

/**
 * When the new version is worse than the old one. One failure in three calls says nothing yet, so there have to be
 * some; and a rate has to be clearly higher, as no two samples have the same. docs/deploy.md tells these numbers.
 */
const ERRORS_AT_LEAST = 2;
const ERROR_RATE_FACTOR = 2;
const ERROR_RATE_MARGIN = 0.01;
const INVOCATIONS_FOR_P99 = 20;
const P99_FACTOR = 1.5;
const P99_MARGIN_MS = 50;

/** Why the canary has to end; undefined while the new version does as well as the old one. */
export function breachOf({ alarms, before, after }: Look): string | undefined {
  const ringing = alarms.find(({ state }) => state === 'ALARM');
  if (ringing) return `the alarm ${ringing.name} is in ALARM${ringing.reason ? `: ${ringing.reason}` : ''}`;
  return errorBreach(before, after) ?? durationBreach(before, after);
}

function errorBreach(before: Measured, after: Measured): string | undefined {
  if (after.errors < ERRORS_AT_LEAST) return undefined;
  const limit = rate(before) * ERROR_RATE_FACTOR + ERROR_RATE_MARGIN;
  if (rate(after) <= limit) return undefined;
  return `${after.errors} of ${after.invocations} invocations of the new version failed, ${before.errors} of ${before.invocations} of the old one`;
}

function durationBreach(before: Measured, after: Measured): string | undefined {
  if (before.p99Ms === undefined || after.p99Ms === undefined) return undefined;
  if (Math.min(before.invocations, after.invocations) < INVOCATIONS_FOR_P99) return undefined;
  if (after.p99Ms <= before.p99Ms * P99_FACTOR + P99_MARGIN_MS) return undefined;
  return `the new version's 99th percentile is ${shown(after.p99Ms)}, the old one's ${shown(before.p99Ms)}`;
}

/** AWS may count an error before its invocation. */
function rate({ errors, invocations }: Measured): number {
  return errors === 0 ? 0 : errors / Math.max(invocations, errors);
}

function shown(ms: number): string {
  return `${Math.round(ms)} ms`;
}
