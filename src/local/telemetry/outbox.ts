import type { Buffering } from '../../lambda/telemetry-subscription.js';

/** A first try again comes after this many milliseconds, each later one after twice as many, up to a second. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;
/** A subscriber that answers with an error this often in a row will not take this batch. */
const MOST_REFUSALS = 8;
/** While a batch is under way this much of the buffer may fill up behind it, so that memory stays bounded. */
const BACKLOG_BYTES = 2;

export interface Dropped {
  readonly records: number;
  readonly bytes: number;
}

/** What is to be done now. */
export type Next =
  | { readonly kind: 'send'; readonly events: readonly string[] }
  /** Nothing before `at`, unless something is added. */
  | { readonly kind: 'wait'; readonly at: number }
  /** Nothing, until something is added or the batch under way has been answered. */
  | { readonly kind: 'rest' };

/** How the subscriber answered: took it, refused it, or could not be reached. */
export type Answer = 'taken' | 'refused' | 'unreachable';

/**
 * What waits for one subscriber, and when which part of it is sent. It has no clock and sends nothing itself: times
 * come in, batches come out. One batch at a time is under way; one that failed is tried again with growing pauses,
 * and before all others (developer guide, telemetry-api: "Lambda retries the attempt … (with backoff)").
 */
export class Outbox {
  private pending: string[] = [];
  private pendingBytes = 0;
  private since = 0;
  private flushing = false;
  private batch: string[] = [];
  private underWay = false;
  private retryAt = 0;
  private tries = 0;
  private refusals = 0;
  private droppedRecords = 0;
  private droppedBytes = 0;

  /** @param tellDropped makes the event about what was dropped, if the subscriber is to have one */
  constructor(
    private readonly buffering: Buffering,
    private readonly tellDropped: (dropped: Dropped, now: number) => string | undefined,
  ) {}

  /** @param event as JSON */
  add(event: string, now: number): void {
    const bytes = Buffer.byteLength(event);
    const { maxBytes, maxItems } = this.buffering;
    const full =
      this.pending.length >= maxItems ||
      (this.pending.length > 0 && this.pendingBytes + bytes > BACKLOG_BYTES * maxBytes);
    if (full) return this.drop(1, bytes);
    if (this.pending.length === 0) this.since = now;
    this.pending.push(event);
    this.pendingBytes += bytes;
  }

  next(now: number): Next {
    if (this.underWay) return { kind: 'rest' };
    if (this.batch.length > 0) {
      return now >= this.retryAt ? this.send() : { kind: 'wait', at: this.retryAt };
    }
    if (this.pending.length === 0 && this.droppedRecords === 0) {
      this.flushing = false;
      return { kind: 'rest' };
    }
    const at = this.pending.length > 0 ? this.since + this.buffering.timeoutMs : now;
    if (!this.flushing && !this.isFull() && now < at) return { kind: 'wait', at };
    this.cut(now);
    return this.batch.length > 0 ? this.send() : { kind: 'rest' };
  }

  /** The batch under way has been answered. */
  answered(answer: Answer, now: number): void {
    this.underWay = false;
    this.refusals = answer === 'refused' ? this.refusals + 1 : 0;
    const givenUp = this.refusals >= MOST_REFUSALS;
    if (answer === 'taken' || givenUp) {
      if (givenUp) this.drop(this.batch.length, bytesOf(this.batch));
      this.batch = [];
      this.tries = 0;
      this.refusals = 0;
      return;
    }
    this.retryAt = now + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.tries);
    this.tries += 1;
  }

  /** All that is there goes out as soon as it can, without waiting for more. */
  flush(): void {
    this.flushing = true;
  }

  /** Whether everything has been delivered. */
  get isEmpty(): boolean {
    return this.batch.length === 0 && this.pending.length === 0;
  }

  /** Takes out what has not been delivered, the batch under way included. */
  takeRest(): string[] {
    const rest = [...this.batch, ...this.pending];
    this.batch = [];
    this.pending = [];
    this.pendingBytes = 0;
    return rest;
  }

  private isFull(): boolean {
    return this.pending.length >= this.buffering.maxItems || this.pendingBytes >= this.buffering.maxBytes;
  }

  /** Moves as many events into the batch as fit; one that is larger than a batch goes alone. */
  private cut(now: number): void {
    let count = 0;
    let bytes = 0;
    for (const event of this.pending) {
      const size = Buffer.byteLength(event);
      if (count >= this.buffering.maxItems || (count > 0 && bytes + size > this.buffering.maxBytes)) break;
      count += 1;
      bytes += size;
    }
    const aboutDropped = this.aboutDropped(now);
    this.batch = this.pending.splice(0, count);
    if (aboutDropped !== undefined) this.batch.push(aboutDropped);
    this.pendingBytes -= bytes;
    this.since = now;
    if (this.pending.length === 0) this.flushing = false;
  }

  private send(): Next {
    this.underWay = true;
    return { kind: 'send', events: this.batch };
  }

  private drop(records: number, bytes: number): void {
    this.droppedRecords += records;
    this.droppedBytes += bytes;
  }

  private aboutDropped(now: number): string | undefined {
    if (this.droppedRecords === 0) return undefined;
    const dropped = { records: this.droppedRecords, bytes: this.droppedBytes };
    this.droppedRecords = 0;
    this.droppedBytes = 0;
    return this.tellDropped(dropped, now);
  }
}

function bytesOf(events: readonly string[]): number {
  return events.reduce((sum, event) => sum + Buffer.byteLength(event), 0);
}
