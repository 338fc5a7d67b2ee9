import type { OutcomeFacts, OutcomeName, Phase } from '../lambda/log-lines.js';
import type { Exit } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import type { Initializing, Life } from './environment-life.js';
import type { EnvironmentOwner } from './environment-owner.js';
import {
  type Artifact,
  EnvironmentProcess,
  type OutOfMemory,
  type StartProblem,
} from './environment-process.js';
import type { Failure, Invocation } from './invocation.js';
import { Journal } from './journal.js';
import { Parties } from './parties.js';
import type { Poll } from './poll.js';
import { errorOutcome, Run, SUCCESS, TIMEOUT } from './run.js';

/**
 * One execution environment: its own /tmp, its own Runtime API endpoint, at most one runtime and one invocation at
 * a time. It outlives its processes: after a crash or timeout the next invocation starts new ones in it.
 */
export class Environment {
  idleSince = 0;
  /** Those of the current start. */
  parties = new Parties([]);
  /** Resolves when the processes of a closed environment have ended; undefined when that was at once. */
  ended: Promise<void> | undefined;
  readonly journal: Journal;
  private readonly process: EnvironmentProcess;
  private life: Life = { kind: 'cold', restart: false };
  private initTimer: NodeJS.Timeout | undefined;
  private initMs: number | undefined;

  constructor(
    readonly owner: EnvironmentOwner,
    readonly artifact: Artifact,
    readonly number: number,
    logStream: string,
    readonly tmp: string,
    endpoint: Endpoint,
  ) {
    const from = { function: owner.name, environment: number, logStream };
    this.journal = new Journal(from, owner, () => this.process.maxMemoryMb());
    this.process = new EnvironmentProcess(artifact, endpoint, owner, { logStream, tmp }, this.journal, this);
  }

  /** Whether its answer has been received, and its next poll has not: a matter of microseconds, as a rule. */
  get finishing(): boolean {
    return this.life.kind === 'busy' && this.life.run.answered;
  }

  /** Gives it work. Only called when it is idle, cold, or initialises for nobody. */
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

  /** Starts the process ahead of any invocation. */
  warm(): void {
    if (this.life.kind === 'cold') this.boot('init', undefined);
  }

  /** Ends the processes and the endpoint; returns the invocation whose caller still waits. */
  close(reason: 'idle' | 'replaced' | 'closing'): Invocation | undefined {
    if (this.life.kind === 'closed') return undefined;
    const run = this.currentRun();
    run?.stopClock();
    run?.settle();
    // Extensions are told of the end of an invocation before their own.
    this.journal.finish();
    const ending = this.life.kind === 'resetting' ? this.ended : this.endProcesses('success');
    this.life = { kind: 'closed' };
    const close = () => {
      this.process.close();
      this.journal.relay.detach();
      this.journal.closed(reason);
    };
    if (ending) this.ended = ending.then(close);
    else close();
    return run && !run.answered ? run.invocation : undefined;
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

  /** Tells the person at the terminal something of this function that belongs to no log. */
  remark(text: string): void {
    this.owner.warn(`${this.owner.name} ${text}`);
  }

  /** `GET …/next` was allowed: answers it with the event now, or keeps it until there is one. */
  nextPolled(poll: Poll): void {
    const { life, parties } = this;
    if (life.kind === 'closed' || life.kind === 'cold' || life.kind === 'resetting') return poll.drop();
    parties.keep(poll);
    if (life.kind === 'busy' && parties.runtimeIsRunning) return life.run.handOver(parties.takePoll());
    if (life.kind === 'busy') life.run.runtimeIsReady();
    this.mayGoOn();
  }

  /** Somebody asks for an event: that may have been what init or the invocation waited for. */
  mayGoOn(): void {
    const { life, parties } = this;
    if (life.kind === 'initializing' && parties.initIsOver) this.initSucceeded(life);
    else if (life.kind === 'busy' && parties.invokeIsOver) this.rest(life.run);
  }

  /** `POST …/init/error` was received. The process is expected to exit then; it is not waited for. */
  initErrorReported(failure: Failure): void {
    this.parties.initErrorReported(failure);
    if (this.life.kind === 'initializing') this.initFailed(errorOutcome(failure), failure);
  }

  // ── What the processes do (environment-process.ts) ────────────────────────────────────────────────────────────

  exited(exit: Exit | OutOfMemory): void {
    const initializing = this.life.kind === 'initializing';
    this.failed(this.parties.exitFailure(this.waitingRequestId(), exit, initializing));
  }

  extensionExited(exit: Exit | OutOfMemory): void {
    this.failed(this.parties.extensionExitFailure(this.waitingRequestId(), exit));
  }

  // ── Init ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private boot(phase: Phase, run: Run | undefined): void {
    this.process.end();
    this.initMs = undefined;
    this.parties = new Parties(this.owner.settings.extensions);
    const startedAt = performance.now();
    this.life = { kind: 'initializing', phase, startedAt, run };
    if (run && phase === 'invoke') this.startClock(run, startedAt);
    else if (Number.isFinite(this.owner.initLimitMs)) {
      this.initTimer = setTimeout(() => this.initFailed(TIMEOUT, undefined), this.owner.initLimitMs);
    }
    this.journal.initStart(phase);
    this.process.start(this.parties.extensions.allRegistered).then(
      (problem) => problem && this.cannotStart(startedAt, problem),
      (error: Error) => this.cannotStart(startedAt, { kind: 'problem', what: error.message }),
    );
  }

  private cannotStart(startedAt: number, problem: StartProblem): void {
    if (this.life.kind !== 'initializing' || this.life.startedAt !== startedAt) return;
    const failure = this.parties.startFailure(this.waitingRequestId(), problem);
    // A second try would end the same way.
    this.initFailed(errorOutcome(failure), failure, false);
  }

  private initSucceeded(life: Initializing): void {
    const { phase, run } = life;
    clearTimeout(this.initTimer);
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
  private initFailed(result: OutcomeFacts, failure: Failure | undefined, again = true): void {
    const { life } = this;
    if (life.kind !== 'initializing') return;
    const { phase, startedAt, run } = life;
    this.initEnded(life, result);
    if (result === TIMEOUT) this.owner.neverAskedForWork();
    if (!run || (phase === 'init' && again)) return this.reset(result.outcome, run);
    if (phase === 'init') this.startClock(run, startedAt);
    this.giveUp(run, failure ?? run.timeoutFailure(), result);
  }

  private initEnded({ phase, startedAt }: Initializing, result: OutcomeFacts): number {
    const durationMs = performance.now() - startedAt;
    this.journal.initEnd(phase, durationMs, result, this.parties.extensions.list);
    return durationMs;
  }

  // ── Invoke ────────────────────────────────────────────────────────────────────────────────────────────────────

  private startClock(run: Run, startedAt: number): void {
    run.startClock(startedAt, () => this.runTimedOut(run));
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
    this.becomeIdle();
  }

  private runTimedOut(run: Run): void {
    if (this.currentRun() !== run) return;
    if (this.life.kind === 'initializing') this.initEnded(this.life, TIMEOUT);
    this.giveUp(run, run.timeoutFailure(), TIMEOUT);
  }

  /** One of its processes has ended and nobody had asked for it. */
  private failed(failure: Failure): void {
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

  private endProcesses(why: OutcomeName): Promise<void> | undefined {
    clearTimeout(this.initTimer);
    this.journal.relay.endsSoon();
    return this.parties.end(this.process, why, this.journal.relay);
  }

  private currentRun(): Run | undefined {
    return 'run' in this.life ? this.life.run : undefined;
  }

  private waitingRequestId(): string {
    return this.currentRun()?.invocation.requestId ?? '';
  }

  private becomeIdle(): void {
    this.life = { kind: 'idle' };
    this.idleSince = performance.now();
    this.process.freeze();
    this.owner.becameIdle(this);
  }
}
