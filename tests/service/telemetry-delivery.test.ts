import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogsDroppedRecord } from '../../src/lambda/log-records.js';
import type { Subscription } from '../../src/lambda/telemetry-subscription.js';
import { deliveryTo } from '../../src/local/telemetry/delivery.js';
import { Subscriber } from '../../src/local/telemetry/subscriber.js';
import { type MovedClock, movedClock } from '../support/moved-clock.js';
import { until } from '../support/steering.js';
import { httpListener, type TelemetryListener, tcpListener } from '../support/telemetry-listener.js';

/** How events reach a subscriber: over which connection, when, and what becomes of them when it cannot keep up. */

/** What was told of dropped events. */
const told: LogsDroppedRecord[] = [];
const VIEW = { logFormat: 'Text', managed: false } as const;

function subscribed(
  { port }: Pick<TelemetryListener, 'port'>,
  clock: MovedClock,
  { protocol = 'HTTP', ...change }: { protocol?: 'HTTP' | 'TCP' } & Partial<Subscription> = {},
): Subscriber {
  const subscription: Subscription = {
    api: 'Telemetry',
    schemaVersion: '2022-12-13',
    types: ['platform', 'function'],
    buffering: { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 1_000 },
    destination:
      protocol === 'TCP' ? { protocol, port } : { protocol, port, path: '/path?x', method: 'POST' },
    ...change,
  };
  const delivery = deliveryTo(subscription.destination);
  const subscriber = new Subscriber(subscription, VIEW, clock, delivery, (record) => told.push(record));
  onTestFinished(() => void subscriber.close());
  return subscriber;
}

const write = (subscriber: Subscriber, clock: MovedClock, ...lines: string[]) => {
  for (const line of lines) subscriber.hear({ kind: 'function', line }, clock.now());
};
const linesOf = ({ events }: TelemetryListener) => events.map(({ record }) => record);

describe('over HTTP', () => {
  it('comes as JSON arrays, when timeoutMs is over, all in one connection', async () => {
    const [listener, clock] = [await httpListener(), movedClock()];
    const subscriber = subscribed(listener, clock);
    write(subscriber, clock, 'a', 'b');
    expect(clock.next).toBe(1_000);
    clock.move(1_000);
    await until(() => listener.batches.length === 1);
    expect(listener.batches[0]).toEqual([
      { time: '2026-01-01T00:00:00.000Z', type: 'function', record: 'a' },
      { time: '2026-01-01T00:00:00.000Z', type: 'function', record: 'b' },
    ]);
    for (const line of ['c', 'd']) {
      write(subscriber, clock, line);
      await subscriber.flush();
    }
    expect(linesOf(listener)).toEqual(['a', 'b', 'c', 'd']);
    expect(listener.connections).toBe(1);
    const { method, url, headers } = listener.requests[0]!;
    expect([method, url, headers['content-type']]).toEqual(['POST', '/path?x', 'application/json']);
    expect(headers.host).toBe(`sandbox.localdomain:${listener.port}`);
  });

  it('comes at once when maxItems are there', async () => {
    const [listener, clock] = [await httpListener(), movedClock()];
    const subscriber = subscribed(listener, clock);
    write(subscriber, clock, ...Array.from({ length: 1_001 }, (_, number) => String(number)));
    await until(() => listener.batches.length === 1);
    expect(listener.batches[0]).toHaveLength(1_000);
    await until(() => clock.next === 1_000);
  });

  it('is tried again when nobody listens yet', async () => {
    const probe = await httpListener();
    probe.close();
    const clock = movedClock();
    const subscriber = subscribed(probe, clock);
    write(subscriber, clock, 'early');
    await subscriber.flush();
    await until(() => clock.next === 50);
    const listener = await httpListener(undefined, probe.port);
    clock.move(50);
    await until(() => listener.events.length === 1);
    expect(linesOf(listener)).toEqual(['early']);
  });

  it('is tried again when the listener refuses it or breaks off', async () => {
    const answers = [
      (response: ServerResponse) => response.writeHead(500).end(),
      (response: ServerResponse) => response.destroy(),
      (response: ServerResponse) => response.end(),
    ];
    const listener = await httpListener((response, batch) => void answers[batch - 1]!(response));
    const clock = movedClock();
    const subscriber = subscribed(listener, clock);
    write(subscriber, clock, 'again');
    void subscriber.flush();
    for (const pause of [50, 100]) {
      await until(() => clock.next === pause);
      clock.move(pause);
    }
    await until(() => listener.batches.length === 3);
    expect(linesOf(listener)).toEqual(['again', 'again', 'again']);
  });

  it('of a slow listener is dropped when the buffer is full, which it is told', async () => {
    const held: ServerResponse[] = [];
    const listener = await httpListener((response) => void held.push(response));
    const clock = movedClock();
    const subscriber = subscribed(listener, clock);
    const line = 'x'.repeat(1_000);
    for (let number = 0; number < 2_500; number += 1) write(subscriber, clock, `${number} ${line}`);
    await until(() => held.length === 1);
    const flushed = subscriber.flush();
    for (let answered = 0; !(await settled(flushed)); answered += 1) {
      await until(() => held.length > answered);
      held[answered]!.end();
    }
    const delivered = listener.events.filter(({ type }) => type === 'function');
    const dropped = listener.events.filter(({ type }) => type === 'platform.logsDropped');
    expect(dropped).toHaveLength(1);
    const { droppedRecords, reason } = dropped[0]!.record as { droppedRecords: number; reason: string };
    expect(delivered.length + droppedRecords).toBe(2_500);
    expect(told).toEqual([{ type: 'logsDropped', ...(dropped[0]!.record as object) }]);
    expect(reason).toBe(
      'Some logs were dropped because the downstream consumer is slower than the logs production rate',
    );
    for (const batch of listener.batches) {
      expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(300_000);
    }
  });
});

describe('over TCP', () => {
  it('comes as lines of JSON', async () => {
    const [listener, clock] = [await tcpListener(), movedClock()];
    const subscriber = subscribed(listener, clock, { protocol: 'TCP' });
    write(subscriber, clock, 'a', 'b\u2028');
    await subscriber.flush();
    write(subscriber, clock, 'c');
    await subscriber.flush();
    await until(() => listener.events.length === 3);
    expect(linesOf(listener)).toEqual(['a', 'b\u2028', 'c']);
    expect(listener.connections).toBe(1);
  });

  it('is tried again when nobody listens yet', async () => {
    const probe = await tcpListener();
    probe.close();
    const clock = movedClock();
    const subscriber = subscribed(probe, clock, { protocol: 'TCP' });
    write(subscriber, clock, 'early');
    await subscriber.flush();
    await until(() => clock.next === 50);
    const listener = await tcpListener(probe.port);
    clock.move(50);
    await until(() => listener.events.length === 1);
    expect(linesOf(listener)).toEqual(['early']);
  });
});

it('hands out what was not taken, the batch under way included', async () => {
  const listener = await httpListener(() => {});
  const clock = movedClock();
  const subscriber = subscribed(listener, clock);
  write(subscriber, clock, 'a');
  const flushed = subscriber.flush();
  await until(() => listener.batches.length === 1);
  write(subscriber, clock, 'b');
  expect(subscriber.close().map((event) => JSON.parse(event).record)).toEqual(['a', 'b']);
  await flushed;
  expect(clock.next).toBeUndefined();
});

/** Whether it has been fulfilled by the next turn of the event loop. */
function settled(promise: Promise<unknown>): Promise<boolean> {
  const notYet = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), notYet]);
}
