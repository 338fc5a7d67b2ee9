import { exitError, invalidEntrypoint } from '../lambda/function-errors.js';
import type { OutcomeFacts, Phase } from '../lambda/log-lines.js';
import type { Exit } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import type { EnvironmentOwner } from './environment-owner.js';
import { type Artifact, EnvironmentProcess, type OutOfMemory } from './environment-process.js';
import type { Failure, Invocation, ResponseStream } from './invocation.js';
import { Journal } from './journal.js';
import type { Poll } from './poll.js';
import { errorOutcome, Run, SUCCESS, TIMEOUT } from './run.js';
import { type RuntimeInput, type RuntimeState, type Step, step } from './runtime-state.js';

/** What the environment is doing; each state has just the facts that belong to it. */
type Life =
  /** No process; `restart` once there has been one. */
  | { readonly kind: 'cold'; readonly restart: boolean }
  | { readonly kind: 'initializing'; readonly phase: Phase; readonly startedAt: number; run: Run | undefined }
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly run: Run }
  | { readonly kind: 'closed' };

/**
 * One execution environment: its own /tmp, its own Runtime API endpoint, at most one process and one invocation at
 * a time. It outlives its process: after a crash or timeout the next invocation starts a new one in it.
 */
export class Environment {
  idleSince = 0;
  private readonly journal: Journal;
  private readonly process: EnvironmentProcess;
  private life: Life = { kind: 'cold', restart: false };
  private runtime: RuntimeState = 'Started';
  private poll: Poll | undefined;
  private initTimer: NodeJS.Timeout | undefined;
  private initMs: number | undefined;
  private initErrorReport: Failure | undefined;

  constructor(
    private readonly owner: EnvironmentOwner,
    readonly artifact: Artifact,
    readonly number: number,
    logStream: string,
    readonly tmp: string,
    endpoint: Endpoint,
  ) {
    const told = {
      line: (line: string) => this.journal.line(line),
      exited: (exit: Exit | OutOfMemory) => this.exited(exit),
    };
    this.process = new EnvironmentProcess(artifact, endpoint, owner, { logStream, tmp }, told);
    this.journal = new Journal(
      { function: owner.name, environment: number, logStream },
      owner.settings,
      () => this.process.maxMemoryMb(),
      () => owner.listener(),
    );
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
        this.deliver(run);
        return;
      case 'initializing':
        life.run = run;
        return;
      case 'cold':
        // After a reset AWS initialises again inside the invocation, on the function's own time (DG26).
        this.boot(life.restart ? 'invoke' : 'init', run);
        return;
      case 'busy':
      case 'closed':
        throw new Error(`environment ${this.number} of ${this.owner.name} was given work while ${life.kind}`);
    }
  }

  /** Starts the process ahead of any invocation. */
  warm(): void {
    if (this.life.kind === 'cold') this.boot('init', undefined);
  }

  /** Ends the process and the endpoint; returns the invocation whose caller still waits. */
  close(reason: 'idle' | 'replaced' | 'closing'): Invocation | undefined {
    if (this.life.kind === 'closed') return undefined;
    const run = this.currentRun();
    run?.stopClock();
    clearTimeout(this.initTimer);
    this.life = { kind: 'closed' };
    this.process.close();
    this.journal.finish();
    this.journal.closed(reason);
    return run && !run.answered ? run.invocation : undefined;
  }

  // ── What the runtime asks for (runtime-api.ts) ────────────────────────────────────────────────────────────────

  /** Moves the runtime's state on, or says why not. */
  advance(input: RuntimeInput): Step {
    const result = step(this.runtime, input);
    if (result.allowed) this.runtime = result.state;
    return result;
  }

  /** Whether the runtime may do this now. */
  allows(input: RuntimeInput): boolean {
    return step(this.runtime, input).allowed;
  }

  /** The run that `/response` and `/error` may speak of. */
  get current(): Run | undefined {
    return this.life.kind === 'busy' ? this.life.run : undefined;
  }

  /** `GET …/next` was allowed: answers it with the event now, or keeps it until there is one. */
  nextPolled(poll: Poll): void {
    this.poll = poll;
    const { life } = this;
    switch (life.kind) {
      case 'initializing':
        this.initSucceeded(life.phase, life.startedAt, life.run);
        return;
      case 'busy':
        if (this.runtime === 'Running') this.handOver(life.run);
        else this.rest(life.run);
        return;
      case 'idle':
        return;
      case 'cold':
      case 'closed':
        poll.drop();
        return;
    }
  }

  /** `POST …/init/error` was received. The process is expected to exit then; it is not waited for. */
  initErrorReported(failure: Failure): void {
    this.initErrorReport = failure;
    if (this.life.kind === 'initializing') this.initFailed(errorOutcome(failure), failure);
  }

  /** The function's answer has arrived whole. */
  succeeded(payload: Buffer): void {
    this.openRun()?.succeed(payload);
  }

  /** The function reported an error, or gave an answer that cannot be passed on. */
  failed(failure: Failure): void {
    this.openRun()?.fail(failure);
  }

  /** The function begins to stream; its caller's stream is returned while there is one. */
  streamStarted(contentType: string | undefined): ResponseStream | undefined {
    return this.openRun()?.openStream(contentType);
  }

  streamEnded(producedBytes: number): void {
    this.openRun()?.endStream(producedBytes);
  }

  // ── Init ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private boot(phase: Phase, run: Run | undefined): void {
    this.endProcess();
    this.runtime = 'Started';
    this.initErrorReport = undefined;
    this.initMs = undefined;
    const startedAt = performance.now();
    this.life = { kind: 'initializing', phase, startedAt, run };
    if (run && phase === 'invoke') this.startClock(run, startedAt);
    else if (Number.isFinite(this.owner.initLimitMs)) {
      this.initTimer = setTimeout(() => this.initFailed(TIMEOUT, undefined), this.owner.initLimitMs);
    }
    this.journal.initStart(phase);
    this.process.start().then(
      (result) => result.kind === 'problem' && this.cannotStart(startedAt, result.what),
      (error: Error) => this.cannotStart(startedAt, error.message),
    );
  }

  private cannotStart(startedAt: number, problem: string): void {
    if (this.life.kind !== 'initializing' || this.life.startedAt !== startedAt) return;
    const failure = invalidEntrypoint(this.waitingRequestId(), problem);
    // A second try would end the same way.
    this.initFailed(errorOutcome(failure), failure, false);
  }

  private initSucceeded(phase: Phase, startedAt: number, run: Run | undefined): void {
    clearTimeout(this.initTimer);
    const durationMs = performance.now() - startedAt;
    this.process.initialized();
    this.journal.initEnd(phase, durationMs, SUCCESS);
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
    this.journal.initEnd(life.phase, performance.now() - life.startedAt, result);
    if (result === TIMEOUT) this.owner.neverAskedForWork();
    if (!life.run) return this.becomeCold();
    if (life.phase === 'init' && again) return this.boot('invoke', life.run);
    if (life.phase === 'init') this.startClock(life.run, life.startedAt);
    this.giveUp(life.run, failure ?? life.run.timeoutFailure(), result);
  }

  // ── Invoke ────────────────────────────────────────────────────────────────────────────────────────────────────

  private startClock(run: Run, startedAt: number): void {
    run.startClock(startedAt, () => this.runTimedOut(run));
  }

  private deliver(run: Run): void {
    this.advance('event-delivered');
    this.life = { kind: 'busy', run };
    run.initMs = this.initMs;
    this.initMs = undefined;
    this.journal.start(run);
    this.handOver(run);
  }

  private handOver(run: Run): void {
    const { poll } = this;
    this.poll = undefined;
    if (poll) run.handOver(poll);
  }

  /** The runtime asks for more: the invocation is over for this environment. */
  private rest(run: Run): void {
    run.stopClock();
    this.journal.end(run);
    this.becomeIdle();
  }

  private runTimedOut(run: Run): void {
    if (this.currentRun() !== run) return;
    const { life } = this;
    if (life.kind === 'initializing') {
      this.journal.initEnd(life.phase, performance.now() - life.startedAt, TIMEOUT);
    }
    this.giveUp(run, run.timeoutFailure(), TIMEOUT);
  }

  private exited(exit: Exit | OutOfMemory): void {
    const { life } = this;
    switch (life.kind) {
      case 'initializing': {
        const failure = this.initErrorReport ?? exitError(this.waitingRequestId(), exit);
        return this.initFailed(errorOutcome(failure), failure);
      }
      case 'busy': {
        const failure = exitError(life.run.invocation.requestId, exit);
        return this.giveUp(life.run, failure, errorOutcome(failure));
      }
      case 'idle':
        return this.becomeCold();
      case 'cold':
      case 'closed':
        return;
    }
  }

  /** Ends an invocation together with the process: AWS resets an environment after a timeout, exit or crash. */
  private giveUp(run: Run, failure: Failure, result: OutcomeFacts): void {
    run.stopClock();
    this.journal.start(run);
    this.journal.sampleMemory(true);
    if (run.answered) this.journal.end(run);
    else run.fail(failure, result);
    this.becomeCold();
  }

  /** The run whose answer has not been received. */
  private openRun(): Run | undefined {
    return this.life.kind === 'busy' && !this.life.run.answered ? this.life.run : undefined;
  }

  private currentRun(): Run | undefined {
    return this.life.kind === 'busy' || this.life.kind === 'initializing' ? this.life.run : undefined;
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

  private becomeCold(): void {
    this.endProcess();
    this.life = { kind: 'cold', restart: true };
    this.owner.becameCold(this);
  }

  private endProcess(): void {
    clearTimeout(this.initTimer);
    this.poll = undefined;
    this.process.end();
  }
}
