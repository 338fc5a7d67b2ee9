import { UserError } from '../errors.js';
import type { CanaryStep } from '../lambda/canary.js';
import type { TrafficMove } from './apply.js';
import { type CanaryClock, type CanaryEvent, NotRestored, runCanary } from './canary-run.js';
import type { RolloutCloud } from './rollout-cloud.js';

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

/** How often is looked. AWS measures by the minute, so more often would only cost; a short step is looked at sooner. */
function lookEveryMs(steps: readonly CanaryStep[]): number {
  const shortest = Math.min(...steps.map(({ seconds }) => seconds * 1_000));
  return Math.min(15_000, Math.max(1_000, shortest / 20));
}

/**
 * What goes before all traffic, as `applySteps` takes it: the smoke test, and the canary in place of the one call that
 * moves the alias. All that stops the new version is thrown, when the alias is back at the old one.
 */
export function trafficThrough(options: TrafficOptions): (move: TrafficMove) => Promise<'plain' | 'moved'> {
  return async (move) => {
    const { smokeTest: payload, steps } = options;
    if (payload) await smokeTest(move, payload, options);
    const { from, to } = move;
    // Of one version alone there is nothing to compare.
    if (from === null || from === to || steps.length === 0) return 'plain';
    await canary({ ...move, from }, options);
    return 'moved';
  };
}

type CanaryMove = TrafficMove & { readonly from: string };

async function canary(move: CanaryMove, options: TrafficOptions): Promise<void> {
  const { function: name, alias, from, to } = move;
  await checkAlarms(options);
  const { outcome } = await run(move, options);
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

async function run(move: CanaryMove, options: TrafficOptions) {
  const { from, to, revision, ...rest } = move;
  try {
    return await runCanary({
      ...options,
      ...rest,
      // An emulator may have none.
      revision: revision ?? '',
      oldVersion: from,
      newVersion: to,
      plan: { steps: options.steps, lookEveryMs: lookEveryMs(options.steps) },
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
