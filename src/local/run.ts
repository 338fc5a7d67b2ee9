import { invokeEvent } from '../lambda/extension-events.js';
import { timedOut } from '../lambda/function-errors.js';
import type { InvokeTiming } from '../lambda/invoke-spans.js';
import type { OutcomeFacts } from '../lambda/log-lines.js';
import { nextHeaders } from '../lambda/next-headers.js';
import { stopTimer, type Timer } from './debugging.js';
import { type Extension, invokeHandout } from './extensions.js';
import { newId } from './ids.js';
import type { Failure, Invocation, ResponseStream } from './invocation.js';
import type { Journal, LoggedRun } from './journal.js';
import type { Poll } from './poll.js';

export const SUCCESS: OutcomeFacts = { outcome: 'success' };
export const TIMEOUT: OutcomeFacts = { outcome: 'timeout' };

export function errorOutcome({ errorType }: Failure): OutcomeFacts {
  return { outcome: 'error', errorType };
}

/**
 * One invocation on its way through an environment: its clock, its answer (the caller gets exactly one), and the
 * lines it leaves in the log. Times are `performance.now()` unless they say otherwise.
 */
export class Run implements LoggedRun {
  /** Changes with every attempt; a runtime that echoes an older one is refused with 410. */
  readonly invocationId = newId();
  logged: LoggedRun['logged'] = 'nothing';
  /** Whether the caller has its answer, or is about to get it. */
  answered = false;
  /** The environment's init, when this is its first invocation. */
  initMs: number | undefined;
  durationMs = 0;
  /** How many bytes the function answered with. */
  producedBytes = 0;
  result = SUCCESS;
  runtimeDoneTold = false;
  private startedAt = 0;
  private answeringAt: number | undefined;
  private answeredAt: number | undefined;
  private readyAt: number | undefined;
  private deadlineMs = 0;
  private timer: Timer | undefined;
  private stream: ResponseStream | undefined;
  /** Extensions that heard of it keep it going when its caller has been answered. */
  private lingers = false;
  /** Answers a caller who wants the log tail, when the log is complete. */
  private lateAnswer: (() => void) | undefined;

  constructor(
    readonly invocation: Invocation,
    private readonly journal: Journal,
    private readonly timeoutMs: number,
  ) {}

  /** @param timer that ends its time */
  startClock(startedAt: number, timer: Timer | undefined): void {
    this.startedAt = startedAt;
    this.deadlineMs = Date.now() + this.timeoutMs;
    this.timer = timer;
  }

  stopClock(): void {
    stopTimer(this.timer);
  }

  /** Answers a runtime's poll with the event. */
  handOver(poll: Poll | undefined): void {
    if (!poll) return;
    const { requestId, arn, traceId, clientContext, cognitoIdentity, payload } = this.invocation;
    const { invocationId, deadlineMs } = this;
    const headers = nextHeaders({
      requestId,
      invocationId,
      deadlineMs,
      arn,
      traceId,
      clientContext,
      cognitoIdentity,
    });
    headers.push('Content-Length', String(payload.length));
    poll.answer(headers, payload);
  }

  /** Its end is told when the environment is at rest: somebody hears of the time until then. */
  linger(): void {
    this.lingers = true;
  }

  /** Tells the extensions that subscribed to INVOKE. */
  handToExtensions(subscribers: readonly Extension[]): void {
    this.linger();
    const event = invokeEvent({ ...this.invocation, deadlineMs: this.deadlineMs });
    for (const extension of subscribers) extension.hand(invokeHandout(event));
  }

  /** The first of the function's answer has arrived; without this its last came together with it. */
  answering(): void {
    this.answeringAt ??= performance.now();
  }

  succeed(payload: Buffer): void {
    this.conclude(SUCCESS, payload.length);
    this.afterLogs(() => this.invocation.caller.succeed(payload, this.invocation));
  }

  fail(failure: Failure, result = errorOutcome(failure)): void {
    this.conclude(result, 0);
    const { stream } = this;
    this.afterLogs(() => {
      if (stream) stream.fail(failure);
      else this.invocation.caller.fail(failure, this.invocation);
    });
  }

  /** The environment is reset: nobody will answer any more, or go on after the answer. */
  giveUp(failure: Failure, result: OutcomeFacts): void {
    if (this.answered) return this.finish(result);
    this.lingers = false;
    this.fail(failure, result);
  }

  openStream(contentType: string | undefined): ResponseStream {
    this.stream = this.invocation.caller.stream(contentType, this.invocation);
    return this.stream;
  }

  endStream(producedBytes: number): void {
    this.conclude(SUCCESS, producedBytes);
    const { stream } = this;
    this.afterLogs(() => stream?.end());
  }

  /**
   * The invocation is over for the environment. What extensions did after the answer is part of its duration (DG26:
   * "the sum of all invocation time (runtime + extensions)"), and of its fate: it may end in a timeout or a crash.
   */
  finish(result = this.result): void {
    if (this.lingers) {
      this.durationMs = performance.now() - this.startedAt;
      this.result = result;
    }
    this.journal.end(this);
    this.settle();
  }

  /** The runtime asks for more. */
  runtimeIsReady(): void {
    if (!this.journal.relay.hears) return;
    this.readyAt = performance.now();
    this.journal.runtimeDone(this);
  }

  timing(): InvokeTiming {
    const since = (at: number | undefined) => at && performance.timeOrigin + at;
    const { startedAt, answeredAt, readyAt } = this;
    const answeringAt = this.answeringAt ?? (this.result === SUCCESS ? answeredAt : undefined);
    return {
      startedAt: performance.timeOrigin + startedAt,
      answeringAt: since(answeringAt),
      answeredAt: since(answeredAt),
      readyAt: since(readyAt),
    };
  }

  /** Answers the caller if that was put off. */
  settle(): void {
    const { lateAnswer } = this;
    this.lateAnswer = undefined;
    lateAnswer?.();
  }

  timeoutFailure(): Failure {
    return timedOut(this.invocation.requestId, this.timeoutMs / 1000);
  }

  /** The result is known: nothing that comes later changes it. */
  private conclude(result: OutcomeFacts, producedBytes: number): void {
    this.answered = true;
    this.answeredAt = performance.now();
    this.durationMs = this.answeredAt - this.startedAt;
    this.result = result;
    this.producedBytes = producedBytes;
  }

  /**
   * Lines that the function wrote before it answered are in the pipe by now and are read in this turn of the event
   * loop; END and REPORT come after them. Only a caller that wants the log tail waits for that.
   */
  private afterLogs(answer: () => void): void {
    const waits = this.invocation.tail !== undefined;
    if (!waits) answer();
    if (this.lingers) {
      if (waits) this.lateAnswer = answer;
      return;
    }
    setImmediate(() => {
      this.journal.end(this);
      if (waits) answer();
    });
  }
}
