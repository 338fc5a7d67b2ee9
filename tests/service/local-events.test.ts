import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/lambda/event-record.js';
import type { EventQueueRecord, LocalEvent } from '../../src/local/events.js';
import { MovedClock } from '../support/clock.js';
import { BOOTSTRAP, invoke, type ScriptedService, type ServiceOptions, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import type { Script } from '../support/runtime.js';
import { call, forever, next, reportError, respond, waitFor } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** Asynchronous invocations: what becomes of an event after its caller has been told 202. */

const EVENT = { headers: { 'X-Amz-Invocation-Type': 'Event' } };
const A = 'us-east-1:123456789012';
const QUEUE = `arn:aws:sqs:${A}:queue`;
const FAILURES = `arn:aws:sns:${A}:failures`;
const FAILED = '{"errorMessage":"it broke","errorType":"Oops"}';

const failing: Script = [forever(next(), reportError(FAILED))];
const echo: Script = [
  forever(
    next(),
    respond((event) => event.body),
  ),
];

interface EventService extends ScriptedService {
  readonly clock: MovedClock;
  readonly deliveries: Delivery[];
  /** What the queue has told, with the time since the start. */
  news(): (EventQueueRecord & { requestId: string })[];
}

async function serveEvents(
  scripts: Parameters<typeof serve>[0],
  options: ServiceOptions = {},
): Promise<EventService> {
  const clock = new MovedClock();
  const deliveries: Delivery[] = [];
  const service = await serve(scripts, {
    clock,
    deliver: async (delivery) => void deliveries.push(delivery),
    ...options,
  });
  return { ...service, clock, deliveries, news: () => newsOf(service.events) };
}

function newsOf(events: readonly LocalEvent[]) {
  return events.flatMap((event) =>
    event.type === 'event-queue' ? [{ ...event.record, requestId: event.requestId }] : [],
  );
}

async function accepted(service: ScriptedService, payload = '{"a":1}', request = {}): Promise<string> {
  const answer = await invoke(service, payload, { ...EVENT, ...request });
  expect([answer.status, answer.text]).toEqual([202, '']);
  return String(answer.headers['x-amzn-requestid']);
}

/** Waits for so many news and returns the newest. */
async function newsCount(service: EventService, count: number): Promise<EventQueueRecord> {
  await until(() => service.news().length >= count);
  expect(service.news()).toHaveLength(count);
  return service.news().at(-1)!;
}

function recordOf(delivery: Delivery | undefined): Record<string, unknown> {
  if (delivery?.service !== 'sqs' && delivery?.service !== 'sns') throw new Error('no queue or topic');
  return JSON.parse(delivery.body) as Record<string, unknown>;
}

describe('a function that fails', () => {
  it('gets the event again after one minute and after two more, with the same request id', async () => {
    const service = await serveEvents(failing, { hello: { eventInvoke: { onFailure: QUEUE } } });
    const requestId = await accepted(service);
    expect(await newsCount(service, 1)).toEqual({
      type: 'retry',
      attempt: 2,
      attempts: 3,
      delayMs: 60_000,
      requestId,
    });
    service.clock.advance(59_999);
    await service.runtimes.settled();
    expect(service.runtimes.starts[0]?.events).toHaveLength(1);
    service.clock.advance(1);
    expect(await newsCount(service, 2)).toMatchObject({ type: 'retry', attempt: 3, delayMs: 120_000 });
    service.clock.advance(120_000);
    await newsCount(service, 4);
    expect(service.news().slice(2)).toEqual([
      { type: 'dropped', condition: 'RetriesExhausted', attempts: 3, requestId },
      { type: 'delivered', role: 'on-failure', target: QUEUE, requestId },
    ]);
    const events = service.runtimes.starts.flatMap((start) => start.events);
    expect(events.map((event) => event.requestId)).toEqual([requestId, requestId, requestId]);
    expect(new Set(events.map((event) => event.invocationId)).size).toBe(3);
    expect(recordOf(service.deliveries[0])).toEqual({
      version: '1.0',
      timestamp: '2026-01-02T03:07:05.678Z',
      requestContext: {
        requestId,
        functionArn: `arn:aws:lambda:${A}:function:hello:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: JSON.parse(FAILED),
    });
  });

  it.each([
    [0, 1],
    [1, 2],
  ])('gets it %d times again when the settings say so', async (maximumRetryAttempts, attempts) => {
    const service = await serveEvents(failing, {
      hello: { eventInvoke: { maximumRetryAttempts, onFailure: QUEUE } },
      asyncRetryDelaysMs: [1000],
    });
    await accepted(service);
    for (let retry = 1; retry <= maximumRetryAttempts; retry += 1) {
      expect(await newsCount(service, retry)).toMatchObject({ type: 'retry', delayMs: 1000 });
      service.clock.advance(1000);
    }
    await newsCount(service, maximumRetryAttempts + 2);
    expect(service.news().at(-2)).toMatchObject({ type: 'dropped', condition: 'RetriesExhausted', attempts });
  });

  it('is given up at once when the retry would come after the maximum age', async () => {
    const service = await serveEvents(failing, {
      hello: { eventInvoke: { maximumEventAgeSeconds: 60, onFailure: QUEUE, deadLetter: FAILURES } },
    });
    const requestId = await accepted(service, '{"dead":true}');
    await newsCount(service, 3);
    expect(service.news()[0]).toMatchObject({ type: 'dropped', condition: 'EventAgeExceeded', attempts: 1 });
    expect(service.deliveries).toMatchObject([
      { service: 'sqs', arn: QUEUE, attributes: {} },
      {
        service: 'sns',
        arn: FAILURES,
        body: '{"dead":true}',
        attributes: {
          RequestID: { type: 'String', value: requestId },
          ErrorCode: { type: 'Number', value: '200' },
          ErrorMessage: { type: 'String', value: 'it broke' },
        },
      },
    ]);
  });

  it('may mend itself: a later success is what its destination is told', async () => {
    const service = await serveEvents([next(), reportError(FAILED), next(), respond('"mended"'), next()], {
      hello: { eventInvoke: { onSuccess: QUEUE, onFailure: FAILURES } },
    });
    await accepted(service);
    await newsCount(service, 1);
    service.clock.advance(60_000);
    await newsCount(service, 2);
    expect(service.deliveries).toHaveLength(1);
    expect(recordOf(service.deliveries[0])).toMatchObject({
      requestContext: { condition: 'Success' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: 'mended',
    });
  });

  it('leaves other events alone meanwhile', async () => {
    const service = await serveEvents([
      next(),
      reportError(FAILED),
      forever(
        next(),
        respond((event) => event.body),
      ),
    ]);
    await accepted(service, '"first"');
    await newsCount(service, 1);
    await accepted(service, '"second"');
    await until(() => service.runtimes.starts.flatMap((start) => start.events).length === 2);
    expect(String(service.runtimes.starts[0]?.events[1]?.body)).toBe('"second"');
  });
});

describe('destinations', () => {
  it('get nothing of a synchronous invocation', async () => {
    const service = await serveEvents(failing, { hello: { eventInvoke: { onFailure: QUEUE } } });
    expect((await invoke(service)).status).toBe(200);
    expect(service.deliveries).toEqual([]);
    expect(service.news()).toEqual([]);
  });

  it('can be an event bus', async () => {
    const bus = `arn:aws:events:${A}:event-bus/default`;
    const service = await serveEvents(echo, { hello: { eventInvoke: { onSuccess: bus } } });
    await accepted(service);
    await newsCount(service, 1);
    expect(service.deliveries).toMatchObject([
      {
        service: 'events',
        source: 'lambda',
        detailType: 'Lambda Function Invocation Result - Success',
        resources: [bus, `arn:aws:lambda:${A}:function:hello:$LATEST`],
      },
    ]);
  });

  it.each([
    ['its name', 'after'],
    ['its ARN', `arn:aws:lambda:${A}:function:after`],
    ['its ARN with $LATEST', `arn:aws:lambda:${A}:function:after:$LATEST`],
  ])('can be another function of the service, by %s', async (_what, onSuccess) => {
    const service = await serveEvents(echo, {
      functions: [
        { name: 'hello', bootstrap: BOOTSTRAP, eventInvoke: { onSuccess } },
        { name: 'after', bootstrap: BOOTSTRAP },
      ],
    });
    const requestId = await accepted(service, '"x"');
    await until(() => service.runtimes.starts.flatMap((start) => start.events).length === 2);
    const second = service.runtimes.starts[1]!;
    expect(second.env['AWS_LAMBDA_FUNCTION_NAME']).toBe('after');
    expect(JSON.parse(String(second.events[0]?.body))).toMatchObject({
      requestContext: { requestId, condition: 'Success' },
      requestPayload: 'x',
      responsePayload: 'x',
    });
    expect(second.events[0]?.requestId).not.toBe(requestId);
  });

  it('that call each other in a circle are stopped after 16 rounds', async () => {
    const service = await serveEvents([forever(next(), respond('1'))], {
      functions: [
        { name: 'hello', bootstrap: BOOTSTRAP, eventInvoke: { onSuccess: 'after', onFailure: QUEUE } },
        { name: 'after', bootstrap: BOOTSTRAP, eventInvoke: { onSuccess: 'hello' } },
      ],
    });
    await accepted(service, '0');
    await until(() =>
      service
        .news()
        .some(({ type, ...rest }) => type === 'delivered' && 'target' in rest && rest.target === QUEUE),
    );
    const runs = service.runtimes.starts.flatMap((start) =>
      start.events.map(() => start.env['AWS_LAMBDA_FUNCTION_NAME']),
    );
    expect(runs.filter((name) => name === 'hello')).toHaveLength(16);
    expect(runs.filter((name) => name === 'after')).toHaveLength(16);
    expect(recordOf(service.deliveries[0])).toMatchObject({
      requestContext: { condition: 'RecursiveInvocation' },
    });
  });

  it('that cannot be reached are tried again, then given up and told, and nothing else stops', async () => {
    let tries = 0;
    const service = await serveEvents(echo, {
      hello: { eventInvoke: { onSuccess: QUEUE } },
      deliver: async () => {
        tries += 1;
        throw new Error('connect ECONNREFUSED');
      },
    });
    const requestId = await accepted(service);
    for (const [index, delayMs] of [1000, 2000, 4000, 8000, 16_000].entries()) {
      expect(await newsCount(service, index + 1)).toMatchObject({ type: 'undelivered', delayMs });
      service.clock.advance(delayMs);
    }
    expect(await newsCount(service, 6)).toEqual({
      type: 'undelivered',
      role: 'on-success',
      target: QUEUE,
      why: 'connect ECONNREFUSED',
      delayMs: undefined,
      requestId,
    });
    expect(tries).toBe(6);
    expect((await invoke(service, '1')).text).toBe('1');
  });
});

describe('a reserved concurrency of zero', () => {
  it('ends every event at once, without an attempt', async () => {
    const service = await serveEvents(echo, {
      hello: { reservedConcurrency: 0, eventInvoke: { onFailure: QUEUE, deadLetter: QUEUE } },
    });
    const requestId = await accepted(service, '{}');
    await newsCount(service, 3);
    expect(service.runtimes.starts).toHaveLength(0);
    const record = recordOf(service.deliveries[0]);
    expect(record['requestContext']).toMatchObject({
      requestId,
      condition: 'ZeroReservedConcurrency',
      approximateInvokeCount: 0,
    });
    expect(Object.keys(record)).toEqual(['version', 'timestamp', 'requestContext', 'requestPayload']);
    expect(service.deliveries[1]).toMatchObject({
      body: '{}',
      attributes: { RequestID: { value: requestId } },
    });
  });
});

describe('events that wait', () => {
  it('for a build run with it, in the order of their coming', async () => {
    const handled: string[] = [];
    const service = await serveEvents(
      [
        forever(
          next(),
          call((start) => handled.push(String(start.events.at(-1)?.body))),
          respond(),
        ),
      ],
      { functions: [{ name: 'hello' }], concurrency: 1 },
    );
    for (const event of ['1', '2', '3']) await accepted(service, event);
    expect(service.runtimes.starts).toHaveLength(0);
    service.update('hello', { bootstrap: BOOTSTRAP, taskRoot: '/' });
    await until(() => handled.length === 3);
    expect(handled).toEqual(['1', '2', '3']);
  });

  it('for too long are dropped without an attempt', async () => {
    const service = await serveEvents(echo, {
      functions: [{ name: 'hello', eventInvoke: { maximumEventAgeSeconds: 60, onFailure: QUEUE } }],
      concurrency: 1,
    });
    await accepted(service, '1');
    await accepted(service, '2');
    service.clock.advance(59_999);
    expect(service.news()).toEqual([]);
    service.clock.advance(1);
    await newsCount(service, 4);
    expect(service.news().filter(({ type }) => type === 'dropped')).toMatchObject([
      { condition: 'EventAgeExceeded', attempts: 0 },
      { condition: 'EventAgeExceeded', attempts: 0 },
    ]);
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('for a function that is gone run when it is back', async () => {
    const service = await serveEvents(failing, { asyncRetryDelaysMs: [1000] });
    await accepted(service);
    await newsCount(service, 1);
    service.remove('hello');
    service.clock.advance(1000);
    service.define({ name: 'hello', bootstrap: BOOTSTRAP });
    expect(await newsCount(service, 2)).toMatchObject({ type: 'retry', attempt: 3 });
  });

  it('at the end of a service without a data folder are told', async () => {
    const gate = latch();
    const service = await serveEvents([next(), waitFor(gate)], { concurrency: 1 });
    await accepted(service, '1');
    await accepted(service, '2');
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    await service.close();
    expect(service.warnings).toEqual([
      '2 events were still queued, and are gone (kept with: --data-dir DIR).',
    ]);
  });
});

describe('with a data folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-events-')));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('an event goes on where it was when the service ended', async () => {
    const clock = new MovedClock();
    const first = await serveEvents(failing, { dataDir: folder, clock });
    const requestId = await accepted(first, '{"kept":"ü"}');
    await newsCount(first, 1);
    await first.close();
    expect(first.warnings).toEqual([`1 event waits in ${folder} for the next start.`]);
    clock.advance(59_000);
    const second = await serveEvents(echo, {
      dataDir: folder,
      clock,
      hello: { eventInvoke: { onSuccess: QUEUE } },
    });
    await second.runtimes.settled();
    expect(second.runtimes.starts).toHaveLength(0);
    clock.advance(1000);
    await newsCount(second, 1);
    expect(String(second.runtimes.starts[0]?.events[0]?.body)).toBe('{"kept":"ü"}');
    expect(recordOf(second.deliveries[0])).toMatchObject({
      requestContext: { requestId, condition: 'Success' },
    });
    await second.close();
    const third = await serveEvents(echo, { dataDir: folder, clock });
    await third.close();
    expect([third.runtimes.starts, third.warnings, second.warnings]).toEqual([[], [], []]);
  });

  it('a message that could not be sent is sent by the next service', async () => {
    const first = await serveEvents(echo, {
      dataDir: folder,
      hello: { eventInvoke: { onSuccess: QUEUE } },
      deliver: () => Promise.reject(new Error('not now')),
    });
    const requestId = await accepted(first);
    await newsCount(first, 1);
    await first.close();
    expect(first.warnings).toEqual([`1 message to a destination waits in ${folder} for the next start.`]);
    const second = await serveEvents(echo, { dataDir: folder });
    await newsCount(second, 1);
    expect(recordOf(second.deliveries[0])).toMatchObject({ requestContext: { requestId } });
  });

  it('the event that was running is run again', async () => {
    const first = await serveEvents([next(), waitFor(latch())], { dataDir: folder });
    await accepted(first, '"again"');
    await until(() => first.runtimes.starts[0]?.doing === 'waiting');
    await first.close();
    const second = await serveEvents(echo, { dataDir: folder });
    await until(() => second.runtimes.starts[0]?.events.length === 1);
    expect(String(second.runtimes.starts[0]?.events[0]?.body)).toBe('"again"');
  });

  it('a second service is refused, with the mend', async () => {
    await serveEvents(echo, { dataDir: folder });
    await expect(serveEvents(echo, { dataDir: folder })).rejects.toMatchObject({
      code: 'environment.data-dir',
    });
  });
});

describe('settings that AWS refuses', () => {
  it.each([
    [{ maximumRetryAttempts: 3 }, 'hello: maximumRetryAttempts is 3.'],
    [{ maximumEventAgeSeconds: 59 }, 'hello: maximumEventAgeSeconds is 59.'],
    [
      { onFailure: 'arn:aws:s3:::bucket' },
      "hello: onFailure is 'arn:aws:s3:::bucket', where AWS Lambda sends nothing.",
    ],
    [{ deadLetter: 'other' }, "hello: deadLetter is 'other', where AWS Lambda sends nothing."],
    [
      { onSuccess: `arn:aws:lambda:${A}:function:hello` },
      `hello: onSuccess is 'arn:aws:lambda:${A}:function:hello'. You can't specify the function as a destination for itself.`,
    ],
  ])('%j', async (eventInvoke, message) => {
    await expect(serve(echo, { hello: { eventInvoke } })).rejects.toMatchObject({
      code: 'project.configuration',
      message,
    });
  });
});

describe('the library', () => {
  it('puts an event into the queue, too', async () => {
    const service = await serveEvents(echo);
    const { statusCode, payload, requestId } = await service.invoke(
      'hello',
      { x: 1 },
      { invocationType: 'Event' },
    );
    expect([statusCode, payload.length]).toEqual([202, 0]);
    await until(() => service.runtimes.starts[0]?.events.length === 1);
    expect(service.runtimes.starts[0]?.events[0]).toMatchObject({ requestId });
    await expect(
      service.invoke('hello', Buffer.from('no JSON'), { invocationType: 'Event' }),
    ).rejects.toThrow(/Could not parse request body into json/);
  });
});
