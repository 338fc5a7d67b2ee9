import { timedOut } from '../lambda/function-errors.js';
import type { OutcomeFacts } from '../lambda/log-lines.js';
import { nextHeaders } from '../lambda/next-headers.js';
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
  private startedAt = 0;
  private deadlineMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private stream: ResponseStream | undefined;

  constructor(
    readonly invocation: Invocation,
    private readonly journal: Journal,
    private readonly timeoutMs: number,
  ) {}

  startClock(startedAt: number, onTimeout: () => void): void {
    this.startedAt = startedAt;
    this.deadlineMs = Date.now() + this.timeoutMs;
    this.timer = setTimeout(onTimeout, this.timeoutMs);
  }

  stopClock(): void {
    clearTimeout(this.timer);
  }

  /** Answers a runtime's poll with the event. */
  handOver(poll: Poll): void {
    const { requestId, arn, traceId, clientContext, payload } = this.invocation;
    const { invocationId, deadlineMs } = this;
    const headers = nextHeaders({ requestId, invocationId, deadlineMs, arn, traceId, clientContext });
    headers.push('Content-Length', String(payload.length));
    poll.answer(headers, payload);
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

  openStream(contentType: string | undefined): ResponseStream {
    this.stream = this.invocation.caller.stream(contentType, this.invocation);
    return this.stream;
  }

  endStream(producedBytes: number): void {
    this.conclude(SUCCESS, producedBytes);
    const { stream } = this;
    this.afterLogs(() => stream?.end());
  }

  timeoutFailure(): Failure {
    return timedOut(this.invocation.requestId, this.timeoutMs / 1000);
  }

  /** The result is known: nothing that comes later changes it. */
  private conclude(result: OutcomeFacts, producedBytes: number): void {
    this.answered = true;
    this.durationMs = performance.now() - this.startedAt;
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
    setImmediate(() => {
      this.journal.end(this);
      if (waits) answer();
    });
  }
}
