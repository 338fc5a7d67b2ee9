import { breachOf } from './canary-health.js';
import {
  begin,
  type CanaryEffect,
  type CanaryInput,
  type CanaryOutcome,
  type CanaryPlan,
  canaryMove,
} from './canary-state.js';
import { CloudError } from './cloud.js';
import type { AliasTarget, Measured, RolloutCloud } from './rollout-cloud.js';

export interface CanaryOptions {
  readonly cloud: RolloutCloud;
  readonly function: string;
  readonly alias: string;
  readonly oldVersion: string;
  readonly newVersion: string;
  /** Of the alias, as it was seen when the plan was made. */
  readonly revision: string;
  readonly plan: CanaryPlan;
  /** Names of CloudWatch alarms. */
  readonly alarms: readonly string[];
  readonly clock: CanaryClock;
  /** Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Whether the old weights are to come back; without a person to ask, they are. */
  readonly ask: () => Promise<boolean>;
  readonly report: (event: CanaryEvent) => void;
}

export interface CanaryClock {
  nowMs(): number;
  /** Ends at that time, or earlier when `signal` is aborted; nothing is thrown. */
  until(ms: number, signal: AbortSignal): Promise<void>;
}

export type CanaryEvent =
  | {
      readonly kind: 'canary.shifted';
      readonly function: string;
      readonly version: string;
      readonly weight: number;
      readonly seconds: number;
    }
  | {
      readonly kind: 'canary.looked';
      readonly function: string;
      readonly before: Measured;
      readonly after: Measured;
      readonly leftMs: number;
    }
  | { readonly kind: 'canary.unseen'; readonly function: string; readonly why: string }
  | {
      readonly kind: 'canary.restoring';
      readonly function: string;
      readonly version: string;
      readonly why: string;
    };

const NOTHING_YET: Measured = { invocations: 0, errors: 0 };

/** The alias may still lead to the new version, in part: whoever started the deploy has to know. */
export class NotRestored extends Error {
  constructor(cause: CloudError) {
    super(cause.message, { cause });
    this.name = 'NotRestored';
  }
}

/** Runs a canary to its end; the alias's revision then goes with what came of it. */
export async function runCanary(
  options: CanaryOptions,
): Promise<{ readonly outcome: CanaryOutcome; readonly revision: string }> {
  return new Run(options).toEnd();
}

class Run {
  private readonly options: CanaryOptions;
  private readonly startedMs: number;
  private revision: string;
  /** When the step that is watched ends. */
  private untilMs = 0;

  constructor(options: CanaryOptions) {
    this.options = options;
    this.startedMs = options.clock.nowMs();
    this.revision = options.revision;
  }

  async toEnd(): Promise<{ outcome: CanaryOutcome; revision: string }> {
    const { plan, interrupted, report, function: name, oldVersion: version } = this.options;
    let { state, effect } = begin(plan);
    while (state.kind !== 'ended') {
      if (!effect) throw new Error(`a canary that is ${state.kind} has nothing to do`);
      if (state.kind === 'restoring')
        report({ kind: 'canary.restoring', function: name, version, why: state.why });
      this.untilMs = state.kind === 'watching' ? state.untilMs : 0;
      const input: CanaryInput = await this.carryOut(effect);
      if (state.kind === 'shifting' && interrupted.aborted) {
        state = canaryMove(plan, state, { kind: 'interrupted' }).state;
      }
      ({ state, effect } = canaryMove(plan, state, input));
    }
    return { outcome: state.outcome, revision: this.revision };
  }

  private carryOut(effect: CanaryEffect): Promise<CanaryInput> {
    const { oldVersion, newVersion } = this.options;
    switch (effect.kind) {
      case 'shift':
        return this.move({ version: oldVersion, weights: { [newVersion]: effect.weight } });
      case 'promote':
        return this.move({ version: newVersion, weights: {} });
      case 'restore':
        return this.restore();
      case 'look':
        return this.look(effect.atMs);
      case 'ask':
        return this.options.ask().then((restore) => ({ kind: 'answered', restore }));
      default:
        return effect satisfies never;
    }
  }

  private async move(to: AliasTarget): Promise<CanaryInput> {
    const { cloud, function: name, alias, newVersion, clock, report } = this.options;
    try {
      this.revision = await cloud.moveAlias(name, alias, to, this.revision);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.problem === 'changed-meanwhile') return { kind: 'overtaken' };
      return { kind: 'failed', why: error.message };
    }
    const weight = to.weights[newVersion];
    if (weight !== undefined) {
      const seconds = this.options.plan.steps.find((step) => step.weight === weight)?.seconds ?? 0;
      report({ kind: 'canary.shifted', function: name, version: newVersion, weight, seconds });
    }
    return { kind: 'moved', atMs: clock.nowMs() };
  }

  private async restore(): Promise<CanaryInput> {
    const { cloud, function: name, alias, oldVersion, newVersion, clock } = this.options;
    try {
      // A call whose answer was lost may have been carried out.
      const now = (await cloud.aliases(name)).find((one) => one.name === alias);
      const others = Object.keys(now?.weights ?? {}).filter((version) => version !== newVersion);
      const isOurs = now && [oldVersion, newVersion].includes(now.version) && others.length === 0;
      if (!isOurs) return { kind: 'overtaken' };
      this.revision = await cloud.moveAlias(name, alias, { version: oldVersion, weights: {} }, now.revision);
      return { kind: 'moved', atMs: clock.nowMs() };
    } catch (error) {
      if (error instanceof CloudError && error.problem === 'changed-meanwhile') return { kind: 'overtaken' };
      throw error instanceof CloudError ? new NotRestored(error) : error;
    }
  }

  private async look(atMs: number): Promise<CanaryInput> {
    const { clock, interrupted, report, function: name } = this.options;
    await clock.until(atMs, interrupted);
    if (interrupted.aborted) return { kind: 'interrupted' };
    try {
      const [alarms, { before, after }] = await Promise.all([this.alarms(), this.measured()]);
      const nowMs = clock.nowMs();
      const leftMs = Math.max(0, this.untilMs - nowMs);
      report({ kind: 'canary.looked', function: name, before, after, leftMs });
      return { kind: 'looked', atMs: nowMs, breach: breachOf({ alarms, before, after }) };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      report({ kind: 'canary.unseen', function: name, why: error.message });
      return { kind: 'saw-nothing', atMs: clock.nowMs(), why: error.message };
    }
  }

  private async alarms() {
    const { cloud, alarms } = this.options;
    return alarms.length === 0 ? [] : cloud.alarms(alarms);
  }

  private async measured() {
    const { cloud, function: name, alias, oldVersion, newVersion, clock } = this.options;
    const until = new Date(clock.nowMs());
    const found = await cloud.measure(name, alias, [oldVersion, newVersion], new Date(this.startedMs), until);
    return { before: found[oldVersion] ?? NOTHING_YET, after: found[newVersion] ?? NOTHING_YET };
  }
}
