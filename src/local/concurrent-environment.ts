import type { OutcomeFacts, OutcomeName } from '../lambda/log-lines.js';
import {
  answerStep,
  type ConcurrentFault,
  type ConcurrentInput,
  type Fate,
  mayPoll,
} from './concurrent-state.js';
import { EnvironmentBase, type Init } from './environment-base.js';
import type { Failure, Invocation } from './invocation.js';
import type { Poll } from './poll.js';
import { errorOutcome, Run, SUCCESS, TIMEOUT } from './run.js';

/** An invocation that the runtime has, and what has become of its answer. */
export interface Held {
  readonly run: Run;
  fate: Extract<Fate, 'running' | 'responding' | 'failing'>;
}

type Life =
  | { readonly kind: 'cold' }
  | ({ readonly kind: 'initializing' } & Init)
  | { readonly kind: 'serving' }
  | { readonly kind: 'resetting' }
  | { readonly kind: 'closed' };

/** How many invocations that took too long are remembered: as many late answers are told so. */
const REMEMBERED = 1_000;

/**
 * An environment that takes several invocations at once, one for each poll that waits (AWS_LAMBDA_MAX_CONCURRENCY).
 * An invocation that takes too long is answered without ending the process, for the others go on.
 * Source: RIE internal/lambda-managed-instances/invoke/*.go.
 */
export class ConcurrentEnvironment extends EnvironmentBase {
  private life: Life = { kind: 'cold' };
  /** Polls that wait for an event, the oldest first. */
  private idle: Poll[] = [];
  /** Invocations that wait for the runtime's first polls. */
  private waiting: Run[] = [];
  private readonly held = new Map<string, Held>();
  private readonly timedOut = new Set<string>();
  /** Answered in this turn of the event loop: their END is about to be told. */
  private concluded: Run[] = [];
  /** How many polls there are to be, as far as is known: a runtime may have fewer than it is allowed. */
  private expected = this.owner.maxConcurrency;
  private initMs: number | undefined;

  get room(): number {
    const { kind } = this.life;
    if (kind === 'serving') return this.idle.length;
    return kind === 'cold' || kind === 'initializing' ? this.owner.maxConcurrency - this.waiting.length : 0;
  }

  get finishing(): number {
    return this.life.kind === 'serving' ? Math.max(0, this.expected - this.polls) : 0;
  }

  protected get init(): Init | undefined {
    return this.life.kind === 'initializing' ? this.life : undefined;
  }

  /** Those that wait, or have an invocation that they have not answered. */
  private get polls(): number {
    return this.idle.length + this.held.size + this.timedOut.size;
  }

  assign(invocation: Invocation): void {
    const run = new Run(invocation, this.journal, this.owner.timeoutMs);
    const poll = this.life.kind === 'serving' ? this.idle.shift() : undefined;
    if (poll) return this.deliver(run, poll);
    this.waiting.push(run);
    this.warm();
  }

  warm(): void {
    if (this.life.kind !== 'cold') return;
    const init: Init = { phase: 'init', startedAt: performance.now() };
    this.life = { kind: 'initializing', ...init };
    this.startProcesses(init, true);
  }

  close(reason: 'idle' | 'replaced' | 'closing'): Invocation[] {
    if (this.life.kind === 'closed') return [];
    const ending = this.life.kind === 'resetting' ? this.ended : this.endProcesses('success');
    this.life = { kind: 'closed' };
    const runs = this.takeRuns();
    for (const run of this.concluded) this.journal.end(run);
    this.leave(reason, ending);
    return runs.map(({ invocation }) => invocation);
  }

  /** The polls that were expected have not come: there are fewer of them. */
  override expectNoMore(): void {
    this.expected = Math.max(1, this.polls);
  }

  // ── What the runtime and extensions ask for (concurrent-api.ts) ───────────────────────────────────────────────

  /** `GET …/next`: kept until there is an event. */
  polled(poll: Poll): ConcurrentFault | undefined {
    const { kind } = this.life;
    if (kind === 'cold') poll.drop();
    // While the processes end, who polls is left waiting: it may be about to clean up.
    if (kind !== 'serving' && kind !== 'initializing') return undefined;
    if (!mayPoll(this.idle.length, this.owner.maxConcurrency)) return 'Runtime.TooManyIdleRuntimes';
    this.parties.advance('next');
    this.parties.extensions.closeRegistration();
    this.idle.push(poll);
    this.expected = Math.max(this.expected, this.polls);
    if (kind === 'serving') this.offer();
    else this.mayGoOn();
    return undefined;
  }

  /** The connection of a poll has ended before there was an event for it: whoever polled has gone. */
  pollEnded(poll: Poll): void {
    const at = this.idle.indexOf(poll);
    if (at === -1) return;
    this.idle.splice(at, 1);
    this.expectNoMore();
    if (this.idle.length === 0) this.owner.becameUnavailable(this);
  }

  mayGoOn(): void {
    const { life } = this;
    if (life.kind !== 'initializing' || !this.parties.initIsOver) return;
    this.initMs = this.initEnded(life, SUCCESS);
    this.life = { kind: 'serving' };
    this.process.initialized();
    this.journal.sampleMemory(false);
    // What room it has is known by its polls from now on.
    this.owner.becameUnavailable(this);
    this.offer();
  }

  /** The runtime begins to answer an invocation, if it may. @param echoed the id of the attempt, if it sent one */
  answering(id: string, echoed: string | undefined, input: ConcurrentInput): Held | ConcurrentFault {
    const held = this.held.get(id);
    const step = answerStep(held?.fate ?? (this.timedOut.delete(id) ? 'timed-out' : 'unknown'), input);
    if (!step.allowed) return step.fault;
    if (!held) return 'Runtime.InvalidInvokeId';
    if (echoed !== undefined && echoed !== held.run.invocationId) return 'Runtime.InvokeTimeout';
    held.fate = step.fate;
    return held;
  }

  /** The answer is complete, or never will be: its caller has been told. */
  conclude({ run }: Held): void {
    const { requestId } = run.invocation;
    if (this.held.get(requestId)?.run !== run) return;
    this.held.delete(requestId);
    this.over(run);
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  protected initFailed(result: OutcomeFacts, failure: Failure | undefined): void {
    const { life } = this;
    if (life.kind !== 'initializing') return;
    this.initEnded(life, result);
    if (result === TIMEOUT) this.owner.neverAskedForWork();
    const runs = this.takeRuns();
    for (const run of runs) run.startClock(life.startedAt, undefined);
    this.giveUp(runs, failure, result);
  }

  protected failed(failure: Failure): void {
    if (this.life.kind === 'initializing') return this.initFailed(errorOutcome(failure), failure);
    if (this.life.kind === 'serving') this.giveUp(this.takeRuns(), failure, errorOutcome(failure));
  }

  protected waitingRequestId(): string {
    const [held] = this.held.values();
    return (held?.run ?? this.waiting[0])?.invocation.requestId ?? '';
  }

  /** A poll waits: somebody may have waited for it. */
  private offer(): void {
    while (this.waiting.length > 0 && this.idle.length > 0)
      this.deliver(this.waiting.shift()!, this.idle.shift()!);
    if (this.idle.length > 0) this.owner.hasRoom(this);
  }

  private deliver(run: Run, poll: Poll): void {
    const { requestId } = run.invocation;
    const timer = this.timer(this.owner.timeoutMs, () => this.runTimedOut(run));
    run.startClock(performance.now(), timer);
    run.initMs = this.initMs;
    this.initMs = undefined;
    this.timedOut.delete(requestId);
    this.held.set(requestId, { run, fate: 'running' });
    this.journal.start(run);
    run.handOver(poll);
  }

  /** The caller is told; whoever has the invocation goes on with it, and is told when it answers. */
  private runTimedOut(run: Run): void {
    const { requestId } = run.invocation;
    this.held.delete(requestId);
    this.timedOut.add(requestId);
    const [oldest] = this.timedOut;
    if (this.timedOut.size > REMEMBERED && oldest !== undefined) this.timedOut.delete(oldest);
    run.fail(run.timeoutFailure(), TIMEOUT);
    this.over(run);
  }

  private over(run: Run): void {
    run.stopClock();
    if (this.concluded.length === 0) setImmediate(() => this.concluded.splice(0));
    this.concluded.push(run);
    this.idleSince = performance.now();
    this.owner.finished(this);
  }

  /** All invocations end together with the process. */
  private giveUp(runs: Run[], failure: Failure | undefined, result: OutcomeFacts): void {
    this.journal.sampleMemory(true);
    for (const run of runs) {
      run.stopClock();
      this.journal.start(run);
      run.giveUp(failureOf(run, failure), result);
    }
    this.reset(result.outcome);
  }

  private reset(outcome: OutcomeName): void {
    const ending = this.endProcesses(outcome);
    this.idle = [];
    this.timedOut.clear();
    this.expected = this.owner.maxConcurrency;
    if (!ending) return this.wasReset();
    this.life = { kind: 'resetting' };
    this.ended = ending;
    this.owner.becameUnavailable(this);
    void ending.then(() => this.life.kind === 'resetting' && this.wasReset());
  }

  private wasReset(): void {
    this.journal.relay.detach();
    this.life = { kind: 'cold' };
    this.owner.becameCold(this);
  }

  /** All whose callers wait; from now on nobody speaks of them. */
  private takeRuns(): Run[] {
    const runs = [...[...this.held.values()].map(({ run }) => run), ...this.waiting];
    for (const run of runs) run.stopClock();
    this.held.clear();
    this.waiting = [];
    return runs;
  }
}

/** A failure of the process names the request that it is told of. */
function failureOf(run: Run, failure: Failure | undefined): Failure {
  if (!failure) return run.timeoutFailure();
  const { payload } = failure;
  if (typeof payload !== 'string') return failure;
  const named = payload.replace(/RequestId: \S* Error: /, `RequestId: ${run.invocation.requestId} Error: `);
  return { ...failure, payload: named };
}
