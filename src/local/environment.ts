import type { ServerResponse } from 'node:http';
import { exitError, invalidEntrypoint, timedOut } from '../lambda/function-errors.js';
import type { OutcomeFacts, Phase } from '../lambda/log-lines.js';
import { nextHeaders } from '../lambda/next-headers.js';
import type { Exit, Roll, SupervisedProcess } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import type { LocalEventListener } from './events.js';
import type { Failure, Invocation, ResponseStream } from './invocation.js';
import { entrypointProblem, type Isolation } from './isolation.js';
import { Journal } from './journal.js';
import { onLines } from './output-lines.js';
import { conclude, newRun, type Run, SUCCESS } from './run.js';
import { type RuntimeInput, type RuntimeState, type Step, step } from './runtime-state.js';

/** One built version of a function, as files: what `bootstrap` is run from. */
export interface Artifact {
  /** Absolute path of the executable. */
  readonly bootstrap: string;
  /** The folder that stands for /var/task: the process's working directory. */
  readonly taskRoot: string;
}

/** What an environment needs of its function, and tells it. */
export interface EnvironmentOwner {
  readonly name: string;
  readonly settings: { readonly memoryMb: number; readonly logFormat: 'Text' | 'JSON' };
  readonly timeoutMs: number;
  /** How long a process may take to ask for its first event. */
  readonly initLimitMs: number;
  readonly isolation: Isolation;
  readonly roll: Roll | undefined;
  listener(): LocalEventListener | undefined;
  /** The environment variables of a process that is about to start. */
  variables(place: EnvironmentPlace): Record<string, string> | Promise<Record<string, string>>;
  /** The process waits for work. */
  becameIdle(environment: Environment): void;
  /** The process has ended, and nobody waits for it. */
  becameCold(environment: Environment): void;
}

export interface EnvironmentPlace {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly tmp: string;
  readonly taskRoot: string;
}

/** AWS numbers the versions of its runtime; this one is none of them. */
const RUNTIME_VERSION = 'provided:al2023.local';

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
  private life: Life = { kind: 'cold', restart: false };
  private runtime: RuntimeState = 'Started';
  private poll: ServerResponse | undefined;
  private process: SupervisedProcess | undefined;
  private initTimer: NodeJS.Timeout | undefined;
  private initMs: number | undefined;
  private initErrorReport: Failure | undefined;
  private responseStream: ResponseStream | undefined;

  constructor(
    private readonly owner: EnvironmentOwner,
    readonly artifact: Artifact,
    readonly number: number,
    readonly logStream: string,
    readonly tmp: string,
    private readonly endpoint: Endpoint,
  ) {
    this.journal = new Journal(
      { function: owner.name, environment: number, logStream },
      owner.settings,
      () => (this.process?.pid === undefined ? undefined : owner.isolation.maxMemoryMb(this.process.pid)),
      () => owner.listener(),
    );
  }

  get kind(): Life['kind'] {
    return this.life.kind;
  }

  /** Whether it initialises with no invocation bound to it. */
  get warming(): boolean {
    return this.life.kind === 'initializing' && this.life.run === undefined;
  }

  /** Gives it work. Only called when it is idle, cold, or warming. */
  assign(invocation: Invocation): void {
    const run = newRun(invocation);
    const { life } = this;
    switch (life.kind) {
      case 'idle':
        this.begin(run, performance.now());
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
    clearTimeout(run?.timer);
    this.life = { kind: 'closed' };
    this.endProcess();
    this.endpoint.close();
    this.journal.finish();
    this.journal.tell({ type: 'environment.closed', reason });
    return run && !run.answered ? run.invocation : undefined;
  }

  // ── What the runtime asks for (runtime-api.ts) ────────────────────────────────────────────────────────────────

  /** Moves the runtime's state on, or says why not. */
  advance(input: RuntimeInput): Step {
    const result = step(this.runtime, input);
    if (result.allowed) this.runtime = result.state;
    return result;
  }

  /** The run that `/response` and `/error` may speak of. */
  get current(): Run | undefined {
    return this.life.kind === 'busy' ? this.life.run : undefined;
  }

  /** `GET …/next` was allowed: answers it with the event now, or keeps it until there is one. */
  nextPolled(response: ServerResponse): void {
    this.poll = response;
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
        response.destroy();
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
    const run = this.openRun();
    if (!run) return;
    run.producedBytes = payload.length;
    conclude(run, SUCCESS);
    this.afterLogs(run, () => run.invocation.caller.succeed(payload, run.invocation));
  }

  /** The function reported an error, or gave an answer that cannot be passed on. */
  failed(failure: Failure): void {
    const run = this.openRun();
    if (!run) return;
    conclude(run, errorOutcome(failure));
    this.afterLogs(run, () => this.tellFailure(run, failure));
  }

  /** The function begins to stream; its caller's stream is returned while there is one. */
  streamStarted(contentType: string | undefined): ResponseStream | undefined {
    const run = this.openRun();
    if (!run) return undefined;
    this.responseStream = run.invocation.caller.stream(contentType, run.invocation);
    return this.responseStream;
  }

  streamEnded(producedBytes: number): void {
    const run = this.openRun();
    if (!run) return;
    const stream = this.responseStream;
    this.responseStream = undefined;
    run.producedBytes = producedBytes;
    conclude(run, SUCCESS);
    this.afterLogs(run, () => stream?.end());
  }

  // ── Init ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private boot(phase: Phase, run: Run | undefined): void {
    this.endProcess();
    this.runtime = 'Started';
    this.initErrorReport = undefined;
    this.initMs = undefined;
    const startedAt = performance.now();
    this.life = { kind: 'initializing', phase, startedAt, run };
    if (run && phase === 'invoke') this.begin(run, startedAt);
    else this.initTimer = setTimeout(() => this.initTimedOut(), this.owner.initLimitMs);
    this.tellInitStart(phase);
    this.startProcess(startedAt).catch((error: Error) => this.cannotStart(startedAt, error.message));
  }

  private async startProcess(startedAt: number): Promise<void> {
    const runtimeApi = await this.endpoint.listen();
    const { taskRoot } = this.artifact;
    const env = await this.owner.variables({
      runtimeApi,
      logStream: this.logStream,
      tmp: this.tmp,
      taskRoot,
    });
    if (!this.isStill(startedAt)) return;
    const problem = entrypointProblem(this.artifact.bootstrap);
    if (problem) return this.cannotStart(startedAt, problem);
    const started = this.owner.isolation.start({ ...this.artifact, env }, this.owner.roll);
    this.process = started;
    for (const stream of [started.stdout, started.stderr]) onLines(stream, (line) => this.journal.line(line));
    started.onExit((exit) => {
      if (this.process === started) this.exited(exit);
    });
  }

  /** False when the environment was closed, or started anew, while something was awaited. */
  private isStill(startedAt: number): boolean {
    return this.life.kind === 'initializing' && this.life.startedAt === startedAt;
  }

  private cannotStart(startedAt: number, problem: string): void {
    if (!this.isStill(startedAt)) return;
    const failure = invalidEntrypoint(this.waitingRequestId(), problem);
    // A second try would end the same way.
    this.initFailed(errorOutcome(failure), failure, false);
  }

  private initSucceeded(phase: Phase, startedAt: number, run: Run | undefined): void {
    clearTimeout(this.initTimer);
    const durationMs = performance.now() - startedAt;
    this.tellInit(phase, durationMs, SUCCESS);
    this.journal.sampleMemory(false);
    if (phase === 'init') this.initMs = durationMs;
    if (!run) {
      this.becomeIdle();
      return;
    }
    if (phase === 'init') this.begin(run, performance.now());
    this.deliver(run);
  }

  private initTimedOut(): void {
    this.initFailed({ outcome: 'timeout' }, undefined);
  }

  /**
   * Init failed. In the init phase AWS tries once more inside the first invocation, on the function's own time
   * ("suppressed init", DG26); when that fails too the caller is told.
   */
  private initFailed(result: OutcomeFacts, failure: Failure | undefined, again = true): void {
    const { life } = this;
    if (life.kind !== 'initializing') return;
    this.tellInit(life.phase, performance.now() - life.startedAt, result);
    if (!life.run) this.becomeCold();
    else if (life.phase === 'init' && again) this.boot('invoke', life.run);
    else {
      if (life.phase === 'init') this.begin(life.run, life.startedAt);
      this.giveUp(life.run, result, failure ?? this.timeoutFailure(life.run));
    }
  }

  // ── Invoke ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts the clock of an invocation. */
  private begin(run: Run, startedAt: number): void {
    run.startedAt = startedAt;
    run.deadlineMs = Date.now() + this.owner.timeoutMs;
    run.timer = setTimeout(() => this.runTimedOut(run), this.owner.timeoutMs);
  }

  private deliver(run: Run): void {
    this.advance('event-delivered');
    this.life = { kind: 'busy', run };
    run.initMs = this.initMs;
    this.initMs = undefined;
    this.journal.start(run);
    this.handOver(run);
  }

  /** Answers the waiting poll with the event. */
  private handOver({ invocation, invocationId, deadlineMs }: Run): void {
    const { poll } = this;
    this.poll = undefined;
    if (!poll) return;
    const { requestId, arn, traceId, clientContext, payload } = invocation;
    const headers = nextHeaders({ requestId, invocationId, deadlineMs, arn, traceId, clientContext });
    headers.push('Content-Length', String(payload.length));
    poll.writeHead(200, headers);
    poll.end(payload);
  }

  /** The runtime asks for more: the invocation is over for this environment. */
  private rest(run: Run): void {
    clearTimeout(run.timer);
    this.journal.end(run);
    this.becomeIdle();
  }

  private runTimedOut(run: Run): void {
    if (this.currentRun() !== run) return;
    const { life } = this;
    if (life.kind === 'initializing') {
      this.tellInit(life.phase, performance.now() - life.startedAt, { outcome: 'timeout' });
    }
    this.giveUp(run, { outcome: 'timeout' }, this.timeoutFailure(run));
  }

  private exited(exit: Exit): void {
    const { life } = this;
    switch (life.kind) {
      case 'initializing': {
        const failure = this.initErrorReport ?? this.exitFailure(exit, this.waitingRequestId());
        this.initFailed(errorOutcome(failure), failure);
        return;
      }
      case 'busy': {
        const failure = this.exitFailure(exit, life.run.invocation.requestId);
        this.giveUp(life.run, errorOutcome(failure), failure);
        return;
      }
      case 'idle':
        this.becomeCold();
        return;
      case 'cold':
      case 'closed':
        return;
    }
  }

  /** Ends an invocation together with the process: AWS resets an environment after a timeout, exit or crash. */
  private giveUp(run: Run, result: OutcomeFacts, failure: Failure): void {
    clearTimeout(run.timer);
    this.journal.start(run);
    this.journal.sampleMemory(true);
    this.endProcess();
    this.life = { kind: 'cold', restart: true };
    if (run.answered) this.journal.end(run);
    else {
      conclude(run, result);
      this.afterLogs(run, () => this.tellFailure(run, failure));
    }
    this.owner.becameCold(this);
  }

  private tellFailure(run: Run, failure: Failure): void {
    const stream = this.responseStream;
    this.responseStream = undefined;
    if (stream) stream.fail(failure);
    else run.invocation.caller.fail(failure, run.invocation);
  }

  /** The run whose answer has not been received. */
  private openRun(): Run | undefined {
    return this.life.kind === 'busy' && !this.life.run.answered ? this.life.run : undefined;
  }

  private currentRun(): Run | undefined {
    return this.life.kind === 'busy' || this.life.kind === 'initializing' ? this.life.run : undefined;
  }

  /**
   * Lines that the function wrote before it answered are in the pipe by now and are read in this turn of the event
   * loop; END and REPORT come after them. Only a caller that wants the log tail waits for that.
   */
  private afterLogs(run: Run, answer: () => void): void {
    const waits = run.invocation.tail !== undefined;
    if (!waits) answer();
    setImmediate(() => {
      this.journal.end(run);
      if (waits) answer();
    });
  }

  private waitingRequestId(): string {
    return this.currentRun()?.invocation.requestId ?? '';
  }

  private exitFailure(exit: Exit, requestId: string): Failure {
    if (exit.kind !== 'not-started') return exitError(requestId, exit);
    return invalidEntrypoint(requestId, `fork/exec /var/task/bootstrap: ${exit.code}`);
  }

  private timeoutFailure(run: Run): Failure {
    return timedOut(run.invocation.requestId, this.owner.timeoutMs / 1000);
  }

  private tellInitStart(phase: Phase): void {
    this.journal.platform({
      type: 'initStart',
      initializationType: 'on-demand',
      phase,
      functionName: this.owner.name,
      functionVersion: '$LATEST',
      logStream: this.logStream,
      memoryMb: this.owner.settings.memoryMb,
      runtimeVersion: RUNTIME_VERSION,
    });
  }

  private tellInit(phase: Phase, durationMs: number, result: OutcomeFacts): void {
    this.journal.platform({
      type: 'initReport',
      initializationType: 'on-demand',
      phase,
      durationMs,
      ...result,
    });
  }

  // ── The process ───────────────────────────────────────────────────────────────────────────────────────────────

  private becomeIdle(): void {
    this.life = { kind: 'idle' };
    this.idleSince = performance.now();
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
    this.process?.signal('SIGKILL');
    this.process = undefined;
    this.endpoint.dropConnections();
  }
}

function errorOutcome(failure: Failure): OutcomeFacts {
  return { outcome: 'error', errorType: failure.errorType };
}
