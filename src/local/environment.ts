import type { OutcomeFacts, OutcomeName, Phase } from '../lambda/log-lines.js';
import { EnvironmentBase } from './environment-base.js';
import type { Initializing, Life } from './environment-life.js';
import type { Failure, Invocation } from './invocation.js';
import type { Poll } from './poll.js';
import { errorOutcome, Run, SUCCESS, TIMEOUT } from './run.js';

/** An environment that takes one invocation at a time, as functions on demand do. */
export class Environment extends EnvironmentBase {
  private life: Life = { kind: 'cold', restart: false };
  private initMs: number | undefined;

  get room(): number {
    const { life } = this;
    if (life.kind === 'initializing') return life.run ? 0 : 1;
    return life.kind === 'idle' || life.kind === 'cold' ? 1 : 0;
  }

  /** Its answer has been received, and its next poll has not: a matter of microseconds, as a rule. */
  get finishing(): number {
    return this.life.kind === 'busy' && this.life.run.answered ? 1 : 0;
  }

  protected get init(): Initializing | undefined {
    return this.life.kind === 'initializing' ? this.life : undefined;
  }

  assign(invocation: Invocation): void {
    const run = new Run(invocation, this.journal, this.owner.timeoutMs);
    const { life } = this;
    switch (life.kind) {
      case 'idle':
        this.process.thaw();
        this.startClock(run, performance.now());
        return this.deliver(run);
      case 'initializing':
        life.run = run;
        return;
      case 'cold':
        // After a reset AWS initialises again inside the invocation, on the function's own time (DG26).
        return this.boot(life.restart ? 'invoke' : 'init', run);
      case 'busy':
      case 'resetting':
      case 'closed':
        throw new Error(`environment ${this.number} of ${this.owner.name} was given work while ${life.kind}`);
    }
  }

  warm(): void {
    if (this.life.kind === 'cold') this.boot('init', undefined);
  }

  close(reason: 'idle' | 'replaced' | 'closing'): Invocation[] {
    if (this.life.kind === 'closed') return [];
    const run = this.currentRun();
    run?.stopClock();
    run?.settle();
    // Extensions are told of the end of an invocation before their own.
    this.journal.finish();
    const ending = this.life.kind === 'resetting' ? this.ended : this.endProcesses('success');
    this.life = { kind: 'closed' };
    this.leave(reason, ending);
    return run && !run.answered ? [run.invocation] : [];
  }

  // ── What the runtime and extensions ask for (runtime-api.ts, extensions-api.ts) ───────────────────────────────

  /** The run that `/response` and `/error` may speak of. */
  get current(): Run | undefined {
    return this.life.kind === 'busy' ? this.life.run : undefined;
  }

  /** The run whose answer has not been received. */
  get unanswered(): Run | undefined {
    return this.life.kind === 'busy' && !this.life.run.answered ? this.life.run : undefined;
  }

  /** `GET …/next` was allowed: answers it with the event now, or keeps it until there is one. */
  nextPolled(poll: Poll): void {
    const { life, parties } = this;
    if (life.kind === 'cold') return poll.drop();
    // It may be about to clean up: it finds that there is no event when its process ends, as on AWS.
    if (life.kind === 'closed' || life.kind === 'resetting') return;
    parties.keep(poll);
    if (life.kind === 'busy' && parties.runtimeIsRunning) return life.run.handOver(parties.takePoll());
    if (life.kind === 'busy') life.run.runtimeIsReady();
    this.mayGoOn();
  }

  mayGoOn(): void {
    const { life, parties } = this;
    if (life.kind === 'initializing' && parties.initIsOver) this.initSucceeded(life);
    else if (life.kind === 'busy' && parties.invokeIsOver) this.rest(life.run);
  }

  // ── Init ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private boot(phase: Phase, run: Run | undefined): void {
    this.initMs = undefined;
    const startedAt = performance.now();
    const life: Initializing = { kind: 'initializing', phase, startedAt, run };
    this.life = life;
    const onItsTime = run !== undefined && phase === 'invoke';
    if (onItsTime) this.startClock(run, startedAt);
    this.startProcesses(life, !onItsTime);
  }

  private initSucceeded(life: Initializing): void {
    const { phase, run } = life;
    const durationMs = this.initEnded(life, SUCCESS);
    this.process.initialized();
    this.journal.sampleMemory(false);
    if (phase === 'init') this.initMs = durationMs;
    if (!run) return this.becomeIdle();
    if (phase === 'init') this.startClock(run, performance.now());
    this.deliver(run);
  }

  /**
   * Init failed. In the init phase AWS tries once more inside the first invocation, on the function's own time
   * ("suppressed init", DG26); when that fails too the caller is told.
   */
  protected initFailed(result: OutcomeFacts, failure: Failure | undefined, again = true): void {
    const { life } = this;
    if (life.kind !== 'initializing') return;
    const { phase, startedAt, run } = life;
    this.initEnded(life, result);
    if (result === TIMEOUT) this.owner.neverAskedForWork();
    if (!run || (phase === 'init' && again)) return this.reset(result.outcome, run);
    if (phase === 'init') this.startClock(run, startedAt);
    this.giveUp(run, failure ?? run.timeoutFailure(), result);
  }

  // ── Invoke ────────────────────────────────────────────────────────────────────────────────────────────────────

  private startClock(run: Run, startedAt: number): void {
    run.startClock(
      startedAt,
      this.timer(this.owner.timeoutMs, () => this.runTimedOut(run)),
    );
  }

  private deliver(run: Run): void {
    this.parties.advance('event-delivered');
    this.life = { kind: 'busy', run };
    run.initMs = this.initMs;
    this.initMs = undefined;
    this.journal.start(run);
    const { invokeSubscribers } = this.parties.extensions;
    if (invokeSubscribers.length > 0) run.handToExtensions(invokeSubscribers);
    else if (this.journal.relay.hears) run.linger();
    run.handOver(this.parties.takePoll());
  }

  /** All who heard of the invocation ask for more: it is over for this environment. */
  private rest(run: Run): void {
    run.stopClock();
    run.finish();
    this.journal.rested(run);
    this.becomeIdle();
  }

  private runTimedOut(run: Run): void {
    if (this.currentRun() !== run) return;
    if (this.life.kind === 'initializing') this.initEnded(this.life, TIMEOUT);
    this.giveUp(run, run.timeoutFailure(), TIMEOUT);
  }

  protected failed(failure: Failure): void {
    const { life } = this;
    if (life.kind === 'initializing') this.initFailed(errorOutcome(failure), failure);
    else if (life.kind === 'busy') this.giveUp(life.run, failure, errorOutcome(failure));
    else if (life.kind === 'idle') this.reset('error');
  }

  /** Ends an invocation together with the processes: AWS resets an environment after a timeout, exit or crash. */
  private giveUp(run: Run, failure: Failure, result: OutcomeFacts): void {
    run.stopClock();
    this.journal.start(run);
    this.journal.sampleMemory(true);
    run.giveUp(failure, result);
    this.reset(result.outcome);
  }

  // ── Reset ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts from the beginning: at once for a run that is to be tried again, else with the next invocation. */
  private reset(outcome: OutcomeName, again?: Run): void {
    const ending = this.endProcesses(outcome);
    if (!ending) return this.wasReset(again);
    this.life = { kind: 'resetting', run: again };
    this.ended = ending;
    this.owner.becameUnavailable(this);
    void ending.then(() => this.life.kind === 'resetting' && this.wasReset(again));
  }

  private wasReset(again: Run | undefined): void {
    this.journal.relay.detach();
    if (again) return this.boot('invoke', again);
    this.life = { kind: 'cold', restart: true };
    this.owner.becameCold(this);
  }

  private currentRun(): Run | undefined {
    return 'run' in this.life ? this.life.run : undefined;
  }

  protected waitingRequestId(): string {
    return this.currentRun()?.invocation.requestId ?? '';
  }

  private becomeIdle(): void {
    this.life = { kind: 'idle' };
    this.idleSince = performance.now();
    this.process.freeze();
    this.owner.becameIdle(this);
  }
}
