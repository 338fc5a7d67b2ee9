import { UserError } from '../errors.js';
import type { FunctionState, Reads } from './cloud.js';

/** Time as far as a deploy waits: a test has one of its own. */
export interface Pace {
  /** Epoch milliseconds; never earlier than before. */
  now(): number;
  /** Rejects with the signal's reason when that is aborted. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** Told while something is waited for. */
export type OnWait = (why: string, waitedMs: number) => void;

/** How long AWS may take to bring a function up: its own waiters' bound (botocore, FunctionActiveV2: 300 times 1 s). */
export const READY_WITHIN_MS = 300_000;
/** From the first to the last pause between two looks. */
const LOOKS_MS = [200, 300, 500, 800, 1_000, 1_500, 2_000, 3_000, 5_000] as const;

/** How long IAM may take to tell a new role to all of itself: AWS's support says 15 minutes. */
export const ROLE_WITHIN_MS = 900_000;
export const ROLE_PAUSES_MS = [1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000] as const;

export function pauseAt(pauses: readonly number[], attempt: number): number {
  return pauses[Math.min(attempt, pauses.length - 1)] ?? 1_000;
}

export interface Waiting {
  readonly pace: Pace;
  readonly signal?: AbortSignal | undefined;
  readonly onWait: OnWait;
}

/** Looks at `$LATEST`, or a version, until AWS is done with it. */
export async function untilReady(
  cloud: Pick<Reads, 'state'>,
  name: string,
  qualifier: string | null,
  { pace, signal, onWait }: Waiting,
): Promise<FunctionState> {
  const started = pace.now();
  for (let look = 0; ; look += 1) {
    const state = await cloud.state(name, qualifier);
    const waited = pace.now() - started;
    const which = qualifier === null ? name : `version ${qualifier} of ${name}`;
    switch (state.kind) {
      case 'ready':
        return state;
      case 'failed':
        throw new UserError('deploy.failed', {
          what: `AWS could not bring up ${which}: ${state.reason ?? 'it gives no reason'}`,
          fix: 'Mend what it names and deploy again; callers of the alias still get the version of before.',
        });
      case 'working':
        if (waited > READY_WITHIN_MS) {
          throw new UserError('deploy.failed', {
            what: `AWS has not brought up ${which} within ${READY_WITHIN_MS / 1_000} seconds: ${state.reason ?? 'it gives no reason'}`,
            fix: 'Deploy again later: it goes on where this ended.',
          });
        }
        onWait(state.reason ?? `AWS is bringing up ${which}`, waited);
        await pace.pause(pauseAt(LOOKS_MS, look), signal);
        break;
      default:
        state.kind satisfies never;
    }
  }
}

/** AWS starts up to 6,000 environments a minute (developer guide, "Configuring provisioned concurrency"); each has its init. */
export const PROVISIONED_WITHIN_MS = 900_000;

/** Looks at an alias until the environments that were asked for are there. */
export async function untilProvisioned(
  cloud: Pick<Reads, 'provisioning'>,
  name: string,
  alias: string,
  { pace, signal, onWait }: Waiting,
): Promise<void> {
  const started = pace.now();
  for (let look = 0; ; look += 1) {
    const { kind, reason } = await cloud.provisioning(name, alias);
    if (kind === 'ready') return;
    const waited = pace.now() - started;
    if (kind === 'failed' || waited > PROVISIONED_WITHIN_MS) {
      const told = reason ?? 'it gives no reason';
      const what =
        kind === 'failed'
          ? `AWS could not provide the provisioned concurrency of ${name}:${alias}: ${told}`
          : `AWS has not provided the provisioned concurrency of ${name}:${alias} within ${PROVISIONED_WITHIN_MS / 60_000} minutes`;
      throw new UserError('deploy.failed', {
        what,
        fix: 'The new version is live, with fewer environments that wait for calls. Mend what it names, or ask for fewer, and deploy again.',
      });
    }
    onWait(`AWS is starting the provisioned environments of ${name}:${alias}`, waited);
    await pace.pause(pauseAt(LOOKS_MS, look), signal);
  }
}
