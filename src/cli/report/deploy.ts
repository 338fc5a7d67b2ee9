import { createColors } from 'picocolors';
import type { Account } from '../../deploy/desired.js';
import type { Applied, DeployEvent, OnDeployEvent } from '../../deploy/events.js';
import type { Change, Step } from '../../deploy/step.js';
import { UserError } from '../../errors.js';
import { type CliContext, note, print } from '../context.js';
import type { FunctionPlan, Plans } from '../deploy-plans.js';
import type { Outcome } from '../deploy-project.js';
import { cargoLambdaJson, DECLINED, failureJson, failureOf, outcomeJson, planJson } from './deploy-json.js';

/** Nothing is told of a wait before it has taken so long. */
const PATIENT_MS = 1_000;

/** `cargo-lambda`: the JSON that Cargo Lambda's scripts know, of one function. */
export type DeployOutput = 'text' | 'json' | 'cargo-lambda';

/** A plan and what comes of it: for a person on stderr, the result on stdout; or one JSON object there. */
export class DeployReport {
  private readonly context: CliContext;
  private readonly output: DeployOutput;
  private readonly colors: ReturnType<typeof createColors>;
  /** What each function was last said to wait for. */
  private readonly waits = new Map<string, string>();
  private several = false;
  /** The one object is on stdout. */
  private isTold = false;

  constructor(context: CliContext, output: DeployOutput, color: boolean) {
    this.context = context;
    this.output = output;
    this.colors = createColors(color);
  }

  /** A person who is asked is shown it in any case. */
  plan({ plans, account }: Plans, isAsked: boolean): void {
    this.several = plans.length > 1;
    if (this.output !== 'text' && !isAsked) return;
    const { bold, dim } = this.colors;
    for (const { desired, steps, otherMaker } of plans) {
      const place = dim(`${placeOf(account)}`);
      if (steps.length === 0) {
        note(this.context, `${bold(desired.name)}  nothing to do  ${place}`);
        continue;
      }
      note(this.context, `${bold(desired.name)}  ${count(steps.length, 'step')}  ${place}`);
      if (otherMaker !== null) note(this.context, `  ${otherMaker}.`);
      for (const [index, step] of steps.entries()) this.step(step, index + 1);
    }
  }

  private step({ what, why, changes, removes }: Step, number: number): void {
    const { dim, red } = this.colors;
    const sign = removes ? red(`${number}.`) : `${number}.`;
    note(this.context, `  ${sign} ${removes ? red(what) : what} ${dim(`(${why})`)}`);
    for (const change of changes) note(this.context, `       ${this.change(change)}`);
  }

  private change({ name, before, after }: Change): string {
    const { green, red, dim } = this.colors;
    if (before === null) return `${green('+')} ${name}: ${after ?? ''}`;
    if (after === null) return `${red('-')} ${name}: ${before}`;
    return `~ ${name}: ${before} ${dim('→')} ${after}`;
  }

  dryRun({ plans, account }: Plans): void {
    if (this.output !== 'text') {
      this.json({ schema: 'crablet.plan/1', account, functions: plans.map(planJson) });
      return;
    }
    note(this.context, this.colors.dim('Nothing was changed (--dry-run).'));
  }

  /** Given to those who report. */
  readonly event: OnDeployEvent = (event: DeployEvent) => {
    if (this.output !== 'text') return;
    const { dim, green } = this.colors;
    const of = this.several ? `${event.function}: ` : '';
    switch (event.kind) {
      case 'step.started':
        this.waits.delete(event.function);
        return;
      case 'waiting':
        if (event.waitedMs < PATIENT_MS || this.waits.get(event.function) === event.why) return;
        this.waits.set(event.function, event.why);
        note(this.context, dim(`  … ${of}${event.why}`));
        return;
      case 'step.ended':
        note(this.context, `  ${green('✓')} ${of}${event.step.what} ${dim(timeText(event.ms))}`);
        return;
      default:
        event satisfies never;
    }
  };

  outcomes({ account }: Plans, outcomes: readonly Outcome[]): void {
    const [only] = outcomes;
    if (this.output === 'cargo-lambda' && only && outcomes.length === 1) {
      this.json(cargoLambdaJson(only));
    } else if (this.output !== 'text') {
      const functions = outcomes.map(outcomeJson);
      this.json({ schema: 'crablet.deploy/1', account, functions });
    }
    for (const { plan, applied } of outcomes) {
      if (applied.kind !== 'done') this.unfinished(plan, applied);
      else if (this.output === 'text') this.finished(plan, applied);
    }
    if (outcomes.some(({ applied }) => applied.kind !== 'done')) this.summary(outcomes);
  }

  /** What has ended the deploy before there was anything to tell of a function. */
  failed(error: unknown): void {
    const { interrupted } = this.context;
    if (this.output === 'json' && !this.isTold) this.json(failureJson(failureOf(error, interrupted.aborted)));
  }

  declined(): void {
    if (this.output === 'json') this.json(failureJson(DECLINED));
  }

  private json(result: object): void {
    this.isTold = true;
    print(this.context, JSON.stringify(result));
  }

  private finished({ desired }: FunctionPlan, { arn, version, url }: Applied): void {
    const { dim } = this.colors;
    const of = version === null ? '' : `version ${version}`;
    note(
      this.context,
      `${desired.name}  ${of}${dim(desired.kind === 'function' ? ` as ${desired.alias}` : '')}`,
    );
    print(this.context, arn);
    if (url !== null) print(this.context, url);
  }

  private unfinished({ desired }: FunctionPlan, { kind, done, left, error }: Applied): void {
    const { red, dim, cyan } = this.colors;
    note(this.context, `${red(kind === 'failed' ? 'error' : 'interrupted')}: ${desired.name}`);
    if (error instanceof UserError) {
      note(this.context, `  ${error.message}`);
      note(this.context, `${cyan('  fix')}: ${error.fix}`);
    }
    for (const { step } of done) note(this.context, dim(`  done      ${step.what}`));
    for (const step of left) note(this.context, `  not done  ${step.what}`);
  }

  private summary(outcomes: readonly Outcome[]): void {
    const done = outcomes.filter(({ applied }) => applied.kind === 'done').length;
    note(
      this.context,
      `${done} of ${count(outcomes.length, 'function')} deployed. Deploying again is safe: it does what is not done yet.`,
    );
  }
}

function placeOf({ id, region }: Account): string {
  return `${region} ${id}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function timeText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
