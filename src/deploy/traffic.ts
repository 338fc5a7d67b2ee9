import { UserError } from '../errors.js';
import type { CanaryStep } from '../lambda/canary.js';
import { type CanaryClock, type CanaryEvent, NotRestored, runCanary } from './canary-run.js';
import type { RolloutCloud } from './rollout-cloud.js';

/** An alias that is to lead to a version that has been published. */
interface TrafficMove {
  readonly function: string;
  readonly alias: string;
  /** Null for an alias that is made with this version. */
  readonly from: string | null;
  readonly to: string;
}

export interface TrafficOptions {
  readonly cloud: RolloutCloud;
  readonly steps: readonly CanaryStep[];
  readonly alarms: readonly string[];
  /** What the new version is invoked with first; undefined without a smoke test. */
  readonly smokeTest: Uint8Array | undefined;
  readonly clock: CanaryClock;
  readonly interrupted: AbortSignal;
  readonly ask: () => Promise<boolean>;
  readonly report: (event: TrafficEvent) => void;
}

export type TrafficEvent =
  | CanaryEvent
  | { readonly kind: 'smoke-test.passed'; readonly function: string; readonly version: string };

/** How often is looked: AWS measures by the minute, and an alarm's state changes as often at best. */
const LOOK_EVERY_MS = 15_000;

/**
 * What goes before all traffic, as `applySteps` takes it: the smoke test, and the canary in place of the one call that
 * moves the alias. All that stops the new version is thrown, when the alias is back at the old one.
 * @param from the version that the alias leads to now; null when there is no alias yet
 */
export function trafficHooks(
  { name, alias }: { readonly name: string; readonly alias: string },
  from: string | null,
  options: TrafficOptions,
): TrafficHooks {
  const { smokeTest: payload, steps } = options;
  const moveTo = (to: string): TrafficMove => ({ function: name, alias, from, to });
  return {
    ...(payload && { beforeTraffic: (to: string) => smokeTest(moveTo(to), payload, options) }),
    ...(from !== null &&
      steps.length > 0 && {
        traffic: ({ revision }: { readonly revision: string }, to: string) =>
          canary({ ...moveTo(to), from }, revision, options),
      }),
  };
}

export interface TrafficHooks {
  readonly beforeTraffic?: (version: string) => Promise<void>;
  readonly traffic?: (move: { readonly revision: string }, version: string) => Promise<void>;
}

type CanaryMove = TrafficMove & { readonly from: string };

async function canary(move: CanaryMove, revision: string, options: TrafficOptions): Promise<void> {
  const { function: name, alias, from, to } = move;
  // Only the weights of an older canary are ended: there is nothing to compare.
  if (from === to)
    return void (await options.cloud.moveAlias(name, alias, { version: to, weights: {} }, revision));
  await checkAlarms(options);
  const { outcome } = await run(move, revision, options);
  switch (outcome.kind) {
    case 'promoted':
      return;
    case 'restored':
      throw new UserError('deploy.canary', {
        what: `The canary of '${name}' was taken back: ${outcome.why}. The alias ${alias} leads to version ${from} again.`,
        fix: `See what version ${to} did, which is still there: crablet logs ${name}`,
      });
    case 'left':
      throw new UserError('deploy.canary-left', {
        what: `The canary of '${name}' was left as it is: the alias ${alias} leads to version ${from}, and ${percent(options.steps[outcome.step]?.weight ?? 0)} of its calls to version ${to}.`,
        fix: `End it: crablet rollback ${from} (all calls to the old one), or crablet rollback ${to} (to the new one)`,
      });
    case 'overtaken':
      throw new UserError('deploy.changed-meanwhile', {
        what: `Someone else has moved the alias ${alias} of '${name}' during the canary; it was left where they led it.`,
        fix: 'See where it leads: crablet versions; then deploy again.',
      });
    default:
      return outcome satisfies never;
  }
}

async function smokeTest(move: TrafficMove, payload: Uint8Array, { cloud, report }: TrafficOptions) {
  const answer = await cloud.invoke(move.function, move.to, payload);
  if (answer.error === undefined) {
    report({ kind: 'smoke-test.passed', function: move.function, version: move.to });
    return;
  }
  const log = answer.log.trim();
  throw new UserError('deploy.smoke-test', {
    what: `Version ${move.to} of '${move.function}' failed its smoke test (${answer.error}): ${answer.payload}${log ? `\n${log}` : ''}`,
    fix:
      move.from === null
        ? 'Mend the function and deploy again; no alias leads to this version.'
        : `Mend the function and deploy again; the alias ${move.alias} still leads to version ${move.from}.`,
  });
}

/** A misspelt alarm would never ring, and one that rings already would end every canary. */
async function checkAlarms({ cloud, alarms }: TrafficOptions): Promise<void> {
  if (alarms.length === 0) return;
  const there = await cloud.alarms(alarms);
  const missing = alarms.find((name) => !there.some((one) => one.name === name));
  if (missing !== undefined) {
    throw new UserError('deploy.alarm', {
      what: `There is no CloudWatch alarm '${missing}' in this region.`,
      fix: 'Name one that is there (aws cloudwatch describe-alarms), or leave it out.',
    });
  }
  const ringing = there.find(({ state }) => state === 'ALARM');
  if (!ringing) return;
  throw new UserError('deploy.alarm', {
    what: `The alarm '${ringing.name}' is in ALARM already, before the new version got any traffic${ringing.reason ? `: ${ringing.reason}` : ''}.`,
    fix: 'Deploy when it is quiet, or without it.',
  });
}

async function run(move: CanaryMove, revision: string, options: TrafficOptions) {
  const { from, to, ...rest } = move;
  try {
    return await runCanary({
      ...options,
      ...rest,
      revision,
      oldVersion: from,
      newVersion: to,
      plan: { steps: options.steps, lookEveryMs: LOOK_EVERY_MS },
    });
  } catch (error) {
    if (!(error instanceof NotRestored)) throw error;
    throw new UserError('deploy.canary', {
      what: `The canary of '${move.function}' could not be taken back: ${error.message}. The alias ${move.alias} may still lead a part of its calls to version ${to}.`,
      fix: `Take it back: crablet rollback ${from}`,
      cause: error,
    });
  }
}

export function percent(weight: number): string {
  return `${Math.round(weight * 10_000) / 100}%`;
}
