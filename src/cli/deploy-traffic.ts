import { readFile } from 'node:fs/promises';
import type { openCloud } from '../aws/deploy/cloud.js';
import { rolloutCloud } from '../aws/deploy/rollout.js';
import type { ApplyRequest } from '../deploy/apply.js';
import type { CanaryClock } from '../deploy/canary-run.js';
import { percent, type TrafficEvent, trafficThrough } from '../deploy/traffic.js';
import { prunable } from '../deploy/versions.js';
import type { Pace } from '../deploy/wait.js';
import { UserError } from '../errors.js';
import type { DeploySettings } from '../project/deploy-settings.js';
import { type CliContext, canPrompt, note } from './context.js';
import { Cancelled, terminalPrompts } from './prompts.js';
import { wallPace } from './wall-pace.js';

type Cloud = ReturnType<typeof openCloud>;

export type Traffic = ApplyRequest['traffic'];

/** The smoke test and the canary of one function, as its settings want them; undefined when they want none. */
export async function trafficFor(
  settings: DeploySettings,
  cloud: Cloud,
  context: CliContext,
  onEvent: (event: TrafficEvent) => void,
): Promise<Traffic> {
  const { canary, alarms, smokeTest } = settings;
  if (canary.length === 0 && smokeTest === undefined) return undefined;
  return trafficThrough({
    cloud: rolloutCloud(cloud.clients),
    steps: canary,
    alarms,
    smokeTest: smokeTest === undefined ? undefined : await payloadOf(smokeTest),
    clock: canaryClock(context.pace ?? wallPace),
    interrupted: context.interrupted,
    ask: () => askToRestore(settings, context),
    report: (event) => {
      onEvent(event);
      report(event, context);
    },
  });
}

async function payloadOf(path: string): Promise<Uint8Array> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError('invoke.payload', {
      what: `The event of the smoke test cannot be read from '${path}'.`,
      fix: 'Name a file that exists: --smoke-test events/order.json',
      cause,
    });
  }
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new UserError('invoke.payload', {
      what: `The event of the smoke test in '${path}' is not JSON: ${(cause as Error).message}.`,
      fix: 'Write the event that the function expects, as JSON.',
      cause,
    });
  }
  return Buffer.from(text);
}

function canaryClock({ now, pause }: Pace): CanaryClock {
  return {
    nowMs: now,
    until: async (ms, signal) => {
      // Ctrl-C ends the wait, and is told by the signal.
      await pause(Math.max(0, ms - now()), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
  };
}

async function askToRestore({ functionName, alias }: DeploySettings, context: CliContext): Promise<boolean> {
  if (!canPrompt(context)) return true;
  // The command's own signal is what brought us here: it would cancel the question at once.
  const prompts = await terminalPrompts({ ...context, interrupted: new AbortController().signal });
  const question = `Interrupted. Lead all calls of ${functionName}:${alias} back to the version of before?`;
  try {
    return await prompts.confirm(question, true);
  } catch (error) {
    // A second Ctrl-C is no answer, and the safe side is the version of before.
    if (error instanceof Cancelled) return true;
    throw error;
  }
}

function report(event: TrafficEvent, context: CliContext): void {
  const of = `  ${event.function}:`;
  switch (event.kind) {
    case 'smoke-test.passed':
      return note(context, `${of} version ${event.version} passed its smoke test`);
    case 'canary.shifted':
      return note(
        context,
        `${of} ${percent(event.weight)} of the calls get version ${event.version}, for ${time(event.seconds)}`,
      );
    case 'canary.looked': {
      const { before, after: now, leftMs } = event;
      const counts = (one: typeof now) =>
        `${one.errors} of ${one.invocations} failed${one.p99Ms === undefined ? '' : `, p99 ${Math.round(one.p99Ms)} ms`}`;
      return note(
        context,
        `${of} new: ${counts(now)}; old: ${counts(before)}; ${time(Math.ceil(leftMs / 1_000))} left`,
      );
    }
    case 'canary.unseen':
      return note(context, `${of} CloudWatch does not tell how it goes: ${event.why}`);
    case 'canary.restoring':
      return note(context, `${of} back to version ${event.version}: ${event.why}`);
    default:
      return event satisfies never;
  }
}

function time(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 6) / 10} min`;
}

/** Deletes the versions that are too many, when the new one has all traffic; gives those that are gone. */
export async function pruneVersions(settings: DeploySettings, cloud: Cloud): Promise<readonly string[]> {
  const { keepVersions, functionName: name, extension } = settings;
  if (keepVersions === undefined || extension) return [];
  const rollout = rolloutCloud(cloud.clients);
  const [versions, aliases] = await Promise.all([rollout.versions(name), rollout.aliases(name)]);
  const old = prunable(versions, aliases, keepVersions);
  for (const version of old) await rollout.remove({ kind: 'version', function: name, version });
  return old;
}
