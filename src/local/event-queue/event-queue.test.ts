import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MovedClock } from '../../../tests/support/clock.js';
import { RETRY_DELAYS_MS } from '../../lambda/async-retry.js';
import type { Delivery } from '../../lambda/event-record.js';
import type { EventQueueRecord } from '../events.js';
import type { EventInvokeSettings } from '../function-settings.js';
import type { Invocation } from '../invocation.js';
import { type EventFunction, EventQueue } from './event-queue.js';
import { type EventStore, forgetful } from './event-store.js';

const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:queue';
const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:fn';

type Answer = 'ok' | 'fails' | 'throttled' | 'closing' | 'broken';

/** A queue with one function that answers as it is told, at once or when the test says so. */
function setUp(
  eventInvoke: EventInvokeSettings = {},
  { concurrency = 10, store = forgetful }: { concurrency?: number; store?: EventStore } = {},
) {
  const clock = new MovedClock(0);
  const running: Invocation[] = [];
  const order: string[] = [];
  const news: EventQueueRecord[] = [];
  const deliveries: Delivery[] = [];
  let served = true;
  const fn: EventFunction = {
    name: 'fn',
    arn: ARN,
    settings: { eventInvoke },
    submit(invocation) {
      order.push(String(invocation.payload));
      running.push(invocation);
    },
    waiting: { has: () => false, remove: () => false },
  };
  const queue = new EventQueue({
    store,
    clock,
    retryDelaysMs: RETRY_DELAYS_MS,
    concurrency,
    listener: (event) => event.type === 'event-queue' && news.push(event.record),
    find: () => (served ? fn : undefined),
    deliver: async (delivery) => void deliveries.push(delivery),
  });
  let sent = 0;
  return {
    clock,
    queue,
    running,
    order,
    news,
    deliveries,
    serve(now: boolean) {
      served = now;
      if (now) queue.wake('fn');
    },
    send(payload: string) {
      sent += 1;
      return queue.accept(fn, {
        requestId: `id-${sent}`,
        arn: ARN,
        payload: Buffer.from(payload),
        traceId: 'Root=1;Sampled=0',
      });
    },
    /** Ends the attempt that has been running longest. */
    answer(how: Answer) {
      const invocation = running.shift();
      if (!invocation) throw new Error('nothing is running');
      const { caller } = invocation;
      switch (how) {
        case 'ok':
          return caller.succeed(Buffer.from('1'), invocation);
        case 'fails':
          return caller.fail({ errorType: 'E', payload: '{"errorMessage":"it failed"}' }, invocation);
        case 'throttled':
          return caller.refuse(
            { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' },
            invocation,
          );
        case 'closing':
          return caller.refuse({ kind: 'closing' }, invocation);
        case 'broken':
          return caller.refuse({ kind: 'broken', text: 'no' }, invocation);
      }
    },
  };
}

describe('an event whose function has no room', () => {
  it('is tried again after 1 second, 2, 4, … up to 5 minutes, and that is no attempt', () => {
    const { clock, news, running, send, answer } = setUp({ maximumRetryAttempts: 0 });
    send('1');
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      answer('throttled');
      expect(news.at(-1)).toEqual({
        type: 'requeue',
        reason: 'ConcurrentInvocationLimitExceeded',
        delayMs: seconds * 1000,
      });
      clock.advance(seconds * 1000 - 1);
      expect(running).toHaveLength(0);
      clock.advance(1);
      expect(running).toHaveLength(1);
    }
    answer('ok');
    expect(news).toHaveLength(11);
  });

  it('is dropped with status 429 when it has become too old', async () => {
    const { clock, news, deliveries, send, answer } = setUp({ maximumEventAgeSeconds: 60, onFailure: QUEUE });
    send('1');
    for (const seconds of [1, 2, 4, 8, 16]) {
      answer('throttled');
      clock.advance(seconds * 1000);
    }
    answer('throttled');
    expect(news.at(-1)).toEqual({ type: 'dropped', condition: 'EventAgeExceeded', attempts: 0 });
    await Promise.resolve();
    expect(JSON.parse(deliveries[0]?.service === 'sqs' ? deliveries[0].body : '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
      responseContext: { statusCode: 429 },
    });
  });

  it('begins its back-off anew after an attempt', () => {
    const { clock, news, send, answer } = setUp();
    send('1');
    answer('throttled');
    clock.advance(1000);
    answer('broken');
    expect(news.at(-1)).toMatchObject({
      type: 'requeue',
      reason: 'ResourceNotReadyException',
      delayMs: 2000,
    });
    clock.advance(2000);
    answer('fails');
    expect(news.at(-1)).toMatchObject({ type: 'retry', attempt: 2 });
    clock.advance(60_000);
    answer('throttled');
    expect(news.at(-1)).toMatchObject({ type: 'requeue', delayMs: 1000 });
  });
});

describe('the order of events', () => {
  it('is that of their coming, as far as there is room', () => {
    const { send, order, answer, running } = setUp({}, { concurrency: 2 });
    for (const event of ['1', '2', '3', '4']) send(event);
    expect(order).toEqual(['1', '2']);
    answer('ok');
    expect(order).toEqual(['1', '2', '3']);
    answer('fails');
    expect(order).toEqual(['1', '2', '3', '4']);
    expect(running).toHaveLength(2);
  });

  it('is kept by those that were given back', () => {
    const { send, order, answer, serve } = setUp({}, { concurrency: 2 });
    for (const event of ['1', '2', '3']) send(event);
    serve(false);
    answer('closing');
    answer('closing');
    expect(order).toEqual(['1', '2']);
    serve(true);
    expect(order).toEqual(['1', '2', '1', '2']);
  });
});

describe('every event that was accepted', () => {
  it('comes to exactly one end, whatever happens to its attempts', () => {
    const answers = fc.array(fc.constantFrom<Answer>('ok', 'fails', 'throttled', 'closing', 'broken'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        answers,
        (count, concurrency, how) => {
          const ended: string[] = [];
          const store: EventStore = { ...forgetful, ended: (requestId) => void ended.push(requestId) };
          const { send, answer, clock, running, serve, queue } = setUp({}, { concurrency, store });
          for (let event = 0; event < count; event += 1) send(String(event));
          for (const one of how) {
            if (running.length > 0) answer(one);
            serve(true);
            clock.advance(1000);
            expect(running.length).toBeLessThanOrEqual(concurrency);
          }
          // From now on all goes well.
          for (let step = 0; step < 1000 && ended.length < count; step += 1) {
            while (running.length > 0) answer('ok');
            clock.advance(60_000);
          }
          expect(ended.sort()).toEqual(Array.from({ length: count }, (_, index) => `id-${index + 1}`));
          expect(queue.close()).toMatchObject({ events: 0 });
        },
      ),
    );
  });
});

describe('a queue that has been closed', () => {
  it('takes nothing, starts nothing, and says what it had', async () => {
    const { queue, send, answer, clock, order } = setUp({}, { concurrency: 1 });
    send('1');
    send('2');
    answer('fails');
    expect(queue.close()).toEqual({ events: 2, deliveries: 0 });
    clock.advance(120_000);
    expect(order).toEqual(['1', '2']);
    await expect(send('3')).rejects.toThrow('shutting down');
  });
});
