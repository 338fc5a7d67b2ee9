import { UserError } from '../errors.js';
import { type Cloud, CloudError, type Written } from './cloud.js';
import type { Desired } from './desired.js';
import type { Applied, OnDeployEvent, StepTime } from './events.js';
import type { Observed } from './observed.js';
import type { Step, Write } from './step.js';
import {
  type Pace,
  pauseAt,
  READY_WITHIN_MS,
  ROLE_PAUSES_MS,
  ROLE_WITHIN_MS,
  untilProvisioned,
  untilReady,
} from './wait.js';

export interface ApplyRequest {
  readonly cloud: Cloud;
  readonly desired: Desired;
  readonly observed: Observed;
  readonly steps: readonly Step[];
  readonly pace: Pace;
  readonly onEvent: OnDeployEvent;
  /** No call is begun after it; one that is under way is waited for, so that it is known what was done. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Before the alias is made or moved to a new version: a smoke test, a canary. `moved` when the alias leads there
   * already, so that nothing is left to do.
   */
  readonly traffic?: ((move: TrafficMove) => Promise<'plain' | 'moved'>) | undefined;
}

/** The alias is about to lead to another version. */
export interface TrafficMove {
  readonly function: string;
  readonly alias: string;
  /** Null when there is no alias yet. */
  readonly from: string | null;
  readonly to: string;
  /** Of the alias, as it was when the plan was made. */
  readonly revision: string | null;
}

/** Carries out steps one after the other. Nothing is thrown: what failed is part of what is returned. */
export async function applySteps(request: ApplyRequest): Promise<Applied> {
  const applying = new Applying(request);
  const done: StepTime[] = [];
  for (const [index, step] of request.steps.entries()) {
    const left = request.steps.slice(index);
    if (request.signal?.aborted) return applying.ended('interrupted', done, left, undefined);
    const started = request.pace.now();
    request.onEvent({ kind: 'step.started', function: request.desired.name, step });
    try {
      for (const write of step.writes) await applying.carryOut(write);
    } catch (error) {
      const kind = request.signal?.aborted && !(error instanceof CloudError) ? 'interrupted' : 'failed';
      return applying.ended(kind, done, left, error);
    }
    const ms = request.pace.now() - started;
    done.push({ step, ms });
    request.onEvent({ kind: 'step.ended', function: request.desired.name, step, ms });
  }
  return applying.ended('done', done, [], undefined);
}

/** Of these a call may have been carried out although its answer was lost, and was then made again. */
const MAY_EXIST: ReadonlySet<Write['kind']> = new Set([
  'create-role',
  'create-log-group',
  'create-bucket',
  'add-permission',
]);

/** AWS goes on after these have been answered. */
const SETTLES: ReadonlySet<Write['kind']> = new Set([
  'create-function',
  'update-code',
  'update-configuration',
  'put-code-signing',
]);

class Applying {
  private readonly request: ApplyRequest;
  private revision: string | null;
  /** What the alias leads to when the deploy begins. */
  private readonly before: string | null;
  private version: string | null;
  private url: string | null;
  private arn: string;

  constructor(request: ApplyRequest) {
    this.request = request;
    const { desired, observed } = request;
    const there = observed.kind === 'function' ? observed.function : null;
    this.revision = there?.revision || null;
    this.before = there?.alias?.version ?? null;
    this.version =
      there?.alias?.version ??
      (observed.kind === 'layer' && observed.latest ? String(observed.latest.version) : null);
    this.url = there?.alias?.url?.url ?? null;
    this.arn =
      desired.kind === 'function'
        ? `${desired.arn}:${desired.alias}`
        : (observed.kind === 'layer' && observed.latest?.arn) || desired.name;
  }

  ended(kind: Applied['kind'], done: Applied['done'], left: Applied['left'], error: unknown): Applied {
    return { kind, done, left, error, version: this.version, url: this.url, arn: this.arn };
  }

  async carryOut(planned: Write): Promise<void> {
    const { desired, signal } = this.request;
    signal?.throwIfAborted();
    const write = this.completed(planned);
    if (planned !== write && (await this.isMoved(write))) return;
    const written = await this.persistently(write);
    if (SETTLES.has(write.kind)) {
      const state = await untilReady(this.request.cloud, desired.name, null, this.waiting());
      this.revision = state.revision || null;
    }
    if (write.kind === 'publish-version' && written.version !== undefined) {
      this.version = written.version;
      await untilReady(this.request.cloud, desired.name, written.version, this.waiting());
    }
    if (write.kind === 'publish-layer') {
      this.version = written.version ?? null;
      this.arn = written.arn ?? this.arn;
    }
    if (write.kind === 'put-provisioned-concurrency' && write.value !== null) {
      await untilProvisioned(this.request.cloud, write.function, write.alias, this.waiting());
    }
    if (write.kind === 'delete-url') this.url = null;
    if (written.url !== undefined) this.url = written.url;
  }

  /** With the version that this deploy has published, which a plan cannot know. */
  private completed(write: Write): Write {
    const isOpen = (write.kind === 'move-alias' || write.kind === 'create-alias') && write.version === null;
    return isOpen ? { ...write, version: this.version } : write;
  }

  private async isMoved(write: Write): Promise<boolean> {
    const { traffic } = this.request;
    if (!traffic || (write.kind !== 'move-alias' && write.kind !== 'create-alias')) return false;
    const { function: name, alias, version: to } = write;
    if (to === null) return false;
    const isMove = write.kind === 'move-alias';
    const move = { from: isMove ? this.before : null, to, revision: isMove ? write.revision : null };
    return (await traffic({ function: name, alias, ...move })) === 'moved';
  }

  private waiting() {
    const { pace, signal, onEvent, desired } = this.request;
    const onWait = (why: string, waitedMs: number) =>
      onEvent({ kind: 'waiting', function: desired.name, why, waitedMs });
    return { pace, signal, onWait };
  }

  private async persistently(write: Write): Promise<Written> {
    const { pace, signal, cloud, desired } = this.request;
    const { onWait } = this.waiting();
    const started = pace.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await cloud.write(write, this.revision);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        const waited = pace.now() - started;
        if (error.problem === 'exists' && MAY_EXIST.has(write.kind)) return {};
        if (error.problem === 'busy' && waited < READY_WITHIN_MS) {
          onWait('another update of the function is under way', waited);
          await pace.pause(pauseAt(ROLE_PAUSES_MS, attempt), signal);
          continue;
        }
        if (error.problem === 'role-not-ready') {
          const limit = this.roleLimit();
          if (waited < limit) {
            onWait(roleWait(error), waited);
            await pace.pause(pauseAt(ROLE_PAUSES_MS, attempt), signal);
            continue;
          }
          throw roleNeverReady(error, desired, limit);
        }
        throw error;
      }
    }
  }

  /** A role that is not crablet's is usually not new: what is wrong with it is then told soon. */
  private roleLimit(): number {
    const { desired } = this.request;
    return desired.kind === 'function' && desired.role ? ROLE_WITHIN_MS : GIVEN_ROLE_WITHIN_MS;
  }
}

const GIVEN_ROLE_WITHIN_MS = 60_000;

function roleWait({ message }: CloudError): string {
  return /cannot be assumed/.test(message)
    ? 'Lambda does not know the role yet; IAM usually takes seconds to tell it, and may take 15 minutes'
    : `Lambda does not know yet what the role may do (${message})`;
}

function roleNeverReady(error: CloudError, desired: Desired, limitMs: number): UserError {
  const role = desired.kind === 'function' ? desired.configuration.roleArn : '';
  return new UserError('aws.refused', {
    what: `Lambda could not use the role ${role} within ${limitMs / 60_000} minutes: ${error.message}`,
    fix: `See its trust policy (it must name lambda.amazonaws.com) and what it allows: aws iam get-role --role-name ${role.slice(role.lastIndexOf('/') + 1)}`,
    cause: error,
  });
}
