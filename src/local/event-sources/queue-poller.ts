import { batchResult } from '../../lambda/event-sources/batch-result.js';
import { fitsQueueFilters } from '../../lambda/event-sources/filter-pattern.js';
import {
  LONGEST_WAIT_SECONDS,
  QUEUE_CALL_LIMIT,
  type QueueFacts,
  type QueueMessage,
  type QueuePort,
} from '../../lambda/event-sources/queue-port.js';
import { type SqsBatch, toSqsBatches, toSqsRecord } from '../../lambda/event-sources/sqs-event.js';
import { functionArn } from '../../lambda/function-name.js';
import { MAX_SYNC_REQUEST_BYTES } from '../../lambda/limits.js';
import type { Clock } from '../clock.js';
import type { LocalFunction } from '../function.js';
import type { Functions } from '../functions.js';
import { type BatchEnd, submitBatch } from './batch.js';
import type { EventSourceMapping } from './mapping.js';

export interface PollerOptions {
  readonly functions: Functions;
  readonly queues: QueuePort;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

/** How many batches are under way at once where the mapping does not say it: AWS begins with five pollers. */
const BATCHES_AT_ONCE = 5;

/**
 * After a queue could not be asked: so long, and twice as long each further time. A person who makes the queue now does not
 * want to wait.
 */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** Asks one queue for messages, and invokes one function with them in batches, as long as it is open. */
export class QueuePoller {
  /** AWS's words for what became of the last batch. */
  lastResult: string | undefined;
  private readonly ended = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private readonly polling: Promise<void>;
  private trouble: string | undefined;
  private wakeUp: () => void = () => {};

  constructor(
    private readonly mapping: EventSourceMapping,
    private readonly options: PollerOptions,
  ) {
    this.polling = this.poll();
  }

  /** Takes no more messages; resolves when batches that are under way have ended. */
  async close(): Promise<void> {
    this.ended.abort();
    this.wakeUp();
    await this.polling;
    await Promise.all(this.underWay);
  }

  private get isOver(): boolean {
    return this.ended.signal.aborted;
  }

  private async poll(): Promise<void> {
    let queue: QueueFacts | undefined;
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.isOver) {
      const fn = await this.readyFunction();
      if (!fn || this.isOver) return;
      try {
        queue ??= await this.open(fn);
        const messages = await this.collect(queue);
        pauseMs = FIRST_PAUSE_MS;
        this.trouble = undefined;
        await this.take(messages, queue, fn);
      } catch (error) {
        if (this.isOver) return;
        queue = undefined;
        this.tell(error as Error);
        await this.pause(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  /** A function that is built here answers to every alias; of those that were created over the API each has its own version. */
  private find(): LocalFunction | undefined {
    const { functions } = this.options;
    const { functionName, qualifier } = this.mapping;
    return functions.find(functionName) ?? functions.deployed.route(functionName, qualifier)?.fn;
  }

  /** A function that does not compile takes no messages from the queue: each try counts for its redrive policy. */
  private async readyFunction(): Promise<LocalFunction | undefined> {
    const { functions } = this.options;
    while (!this.isOver) {
      const fn = this.find();
      if (fn?.isReady) return fn;
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
        functions.onReady(this.mapping.functionName, resolve);
      });
    }
    return undefined;
  }

  private async open(fn: LocalFunction): Promise<QueueFacts> {
    const { queues, warn } = this.options;
    const { eventSourceArn } = this.mapping;
    const facts = await queues.open(eventSourceArn, this.ended.signal);
    const { timeoutSeconds } = fn.settings;
    if (facts.visibilityTimeoutSeconds < timeoutSeconds) {
      // AWS refuses to make such a mapping.
      warn(
        `Queue visibility timeout: ${facts.visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds ` +
          `(${eventSourceArn} → ${fn.name}). AWS refuses this: raise the queue's, or lower the function's.`,
      );
    }
    return facts;
  }

  /** As many messages as make a batch, or what came within the window. */
  private async collect(queue: QueueFacts): Promise<QueueMessage[]> {
    const { clock } = this.options;
    const { batchSize, maximumBatchingWindowSeconds, eventSourceArn } = this.mapping;
    const messages: QueueMessage[] = [];
    let bytes = 0;
    let until = 0;
    while (!this.isOver) {
      const waitSeconds =
        messages.length === 0
          ? LONGEST_WAIT_SECONDS
          : Math.min(LONGEST_WAIT_SECONDS, Math.ceil((until - clock.now()) / 1000));
      const got = await this.receive(queue, batchSize - messages.length, waitSeconds);
      if (messages.length === 0) until = clock.now() + maximumBatchingWindowSeconds * 1000;
      messages.push(...got);
      for (const one of got) bytes += Buffer.byteLength(toSqsRecord(one, eventSourceArn));
      const isFull = messages.length >= batchSize || bytes >= MAX_SYNC_REQUEST_BYTES;
      if (isFull || (messages.length > 0 && clock.now() >= until)) break;
    }
    return messages;
  }

  private receive(queue: QueueFacts, wanted: number, waitSeconds: number): Promise<readonly QueueMessage[]> {
    const { queues } = this.options;
    const most = Math.min(QUEUE_CALL_LIMIT, wanted);
    const how = { most, waitSeconds: Math.max(0, waitSeconds) };
    return queues.receive(this.mapping.eventSourceArn, queue.url, how, this.ended.signal);
  }

  /** Invokes the function with them; comes back as soon as there is room for another batch. */
  private async take(messages: readonly QueueMessage[], queue: QueueFacts, fn: LocalFunction): Promise<void> {
    const { filters, eventSourceArn, maximumConcurrency = BATCHES_AT_ONCE } = this.mapping;
    const wanted = messages.filter((one) => fitsQueueFilters(filters, { ...one }));
    // Those that no filter wants are deleted (developer guide, invocation-eventfiltering).
    const others = messages.filter((one) => !wanted.includes(one));
    if (others.length > 0) await this.remove(others, queue);
    for (const batch of toSqsBatches(wanted, eventSourceArn)) {
      const run: Promise<void> = this.run(batch, queue, fn).finally(() => this.underWay.delete(run));
      this.underWay.add(run);
      while (this.underWay.size >= maximumConcurrency) await Promise.race(this.underWay);
    }
  }

  private async run(batch: SqsBatch, queue: QueueFacts, fn: LocalFunction): Promise<void> {
    const { functionName, qualifier } = this.mapping;
    const { functions } = this.options;
    const arn = functionArn(functions.home, functionName, qualifier);
    const traceId = functions.serving.newTrace(undefined);
    const end = await new Promise<BatchEnd>((resolve) => submitBatch(fn, batch.event, arn, traceId, resolve));
    const done = this.doneOf(batch, end);
    this.lastResult = done.length === batch.messages.length ? 'OK' : 'PROBLEM: Function call failed';
    await this.remove(done, queue).catch((error: Error) => this.tell(error));
  }

  /** Those that are over. The others come back when their visibility timeout ends, or go where the queue's redrive policy says. */
  private doneOf({ messages }: SqsBatch, end: BatchEnd): readonly QueueMessage[] {
    if (end.kind !== 'succeeded') return [];
    if (!this.mapping.reportBatchItemFailures) return messages;
    const result = batchResult(
      end.payload,
      messages.map(({ messageId }) => messageId),
    );
    switch (result.kind) {
      case 'all-succeeded':
        return messages;
      case 'some-failed':
        return messages.filter(({ messageId }) => !result.failed.has(messageId));
      case 'all-failed':
        this.options.warn(
          `${this.mapping.functionName} did not report its batch as it should: ${result.why}. All of it counts as failed.`,
        );
        return [];
    }
  }

  private async remove(messages: readonly QueueMessage[], { url }: QueueFacts): Promise<void> {
    const { queues } = this.options;
    for (let at = 0; at < messages.length; at += QUEUE_CALL_LIMIT) {
      const some = messages.slice(at, at + QUEUE_CALL_LIMIT);
      // What was worked off is deleted even while the service ends.
      await queues.remove(this.mapping.eventSourceArn, url, some, new AbortController().signal);
    }
  }

  private tell(error: Error): void {
    const text = `${this.mapping.eventSourceArn} cannot be asked for messages: ${error.message}`;
    if (text !== this.trouble) this.options.warn(text);
    this.trouble = text;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(milliseconds, resolve);
      this.wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
}
