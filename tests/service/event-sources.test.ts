import { describe, expect, it } from 'vitest';
import type { EventSourceMapping } from '../../src/local/event-sources/mapping.js';
import { golden } from '../golden/read.js';
import { MovedClock } from '../support/clock.js';
import { BOOTSTRAP, type ScriptedService, type ServiceOptions, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { type TestQueue, testQueue } from '../support/queue.js';
import type { Scripts } from '../support/runtime.js';
import { forever, next, reportError, respond, waitFor } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** Event source mappings of queues: a runtime that is scripted, a queue in memory. */

const ARN = 'arn:aws:sqs:us-east-1:123456789012:orders';

const MAPPING: EventSourceMapping = {
  id: 'orders',
  functionName: 'hello',
  eventSourceArn: ARN,
  enabled: true,
  batchSize: 10,
  maximumBatchingWindowSeconds: 0,
  reportBatchItemFailures: false,
  filters: [],
};

interface Mapped extends ScriptedService {
  readonly queue: TestQueue;
  readonly clock: MovedClock;
  /** The bodies of each batch that the function was invoked with. */
  batches(): string[][];
}

async function map(
  scripts: Scripts,
  mapping: Partial<EventSourceMapping> = {},
  options: ServiceOptions = {},
  queue = testQueue(),
): Promise<Mapped> {
  const clock = new MovedClock();
  const service = await serve(scripts, { clock, queues: queue.port, ...options });
  service.trigger({ eventSources: [{ ...MAPPING, ...mapping }] });
  const batches = () =>
    service.runtimes.starts.flatMap(({ events }) =>
      events.map(({ body }) =>
        (JSON.parse(body.toString()) as { Records: { body: string }[] }).Records.map((one) => one.body),
      ),
    );
  return { ...service, queue, clock, batches };
}

const succeeds: Scripts = [forever(next(), respond('null'))];
const fails: Scripts = [forever(next(), reportError('{"errorMessage":"no","errorType":"Oops"}'))];

describe('messages of a queue', () => {
  it('are handed to the function as AWS hands them, and deleted', async () => {
    const recorded = golden<{ sqs: { message: object; record: object } }>('event-sources').sqs;
    const service = await map(succeeds);
    service.queue.send('from the test', recorded.message);
    await until(() => service.queue.removed.length === 1);
    const [event] = service.runtimes.starts[0]!.events;
    expect(JSON.parse(event!.body.toString())).toEqual({ Records: [recorded.record] });
    expect(service.queue.asked[0]).toEqual({ most: 10, waitSeconds: 20 });
  });

  it('stay in the queue when the function fails, and come again', async () => {
    const service = await map(fails);
    service.queue.send('a');
    await until(() => service.batches().length === 1);
    await service.runtimes.settled();
    expect(service.queue.removed).toEqual([]);
    expect(service.queue.inFlight()).toEqual(['m1']);
    service.queue.reappear();
    await until(() => service.batches().length === 2);
  });

  it('stay in it as far as the function reports them', async () => {
    const service = await map(
      [forever(next(), respond('{"batchItemFailures":[{"itemIdentifier":"m2"}]}'))],
      { reportBatchItemFailures: true },
      { functions: [{ name: 'hello' }] },
    );
    for (const body of ['a', 'b', 'c']) service.queue.send(body);
    service.update('hello', { bootstrap: BOOTSTRAP, taskRoot: '/' });
    await until(() => service.queue.removed.length === 2);
    expect(service.batches()).toEqual([['a', 'b', 'c']]);
    expect(service.queue.inFlight()).toEqual(['m2']);
  });

  it('stay in it when the report is none, and a person is told', async () => {
    const service = await map([forever(next(), respond('"done"'))], { reportBatchItemFailures: true });
    service.queue.send('a');
    await until(() => service.warnings.length > 0);
    expect(service.warnings[0]).toContain('returned "done"');
    expect(service.queue.inFlight()).toEqual(['m1']);
  });

  it('wait for a function that does not compile: none is taken from the queue', async () => {
    const service = await map(succeeds, {}, { functions: [{ name: 'hello' }] });
    service.fail('hello', 'error: it does not compile');
    service.queue.send('a');
    await service.runtimes.settled();
    expect(service.queue.asked).toEqual([]);
    service.update('hello', { bootstrap: BOOTSTRAP, taskRoot: '/' });
    await until(() => service.queue.removed.length === 1);
  });

  it('that no filter wants are deleted', async () => {
    const service = await map(succeeds, { filters: ['{"body":{"kind":["order"]}}'] });
    service.queue.send('{"kind":"noise"}');
    service.queue.send('{"kind":"order"}');
    await until(() => service.queue.removed.length === 2);
    expect(service.batches()).toEqual([['{"kind":"order"}']]);
  });

  it('are collected until a batch is full, or its window is over', async () => {
    const service = await map(succeeds, { batchSize: 3, maximumBatchingWindowSeconds: 60 });
    service.queue.send('a');
    await until(() => service.queue.asked.length === 2);
    expect(service.queue.asked[1]).toEqual({ most: 2, waitSeconds: 20 });
    service.queue.send('b');
    await until(() => service.queue.asked.length === 3);
    service.queue.send('c');
    await until(() => service.queue.removed.length === 3);
    expect(service.batches()).toEqual([['a', 'b', 'c']]);
    service.queue.send('d');
    await until(() => service.queue.asked.at(-1)?.most === 2);
    service.clock.advance(60_000);
    service.queue.send('e');
    await until(() => service.queue.removed.length === 5);
    expect(service.batches()[1]).toEqual(['d', 'e']);
  });

  it('run in no more batches at once than the mapping says', async () => {
    const open = latch();
    const service = await map([next(), waitFor(open), respond('null'), forever(next(), respond('null'))], {
      batchSize: 1,
      maximumConcurrency: 2,
    });
    for (const body of ['a', 'b', 'c']) service.queue.send(body);
    await until(() => service.batches().length === 2);
    await service.runtimes.settled();
    expect(service.queue.asked).toHaveLength(2);
    open.open();
    await until(() => service.queue.removed.length === 3);
  });

  it('are split into events of at most 6 MB', async () => {
    const service = await map(succeeds);
    const large = 'x'.repeat(4_000_000);
    service.queue.send(large);
    service.queue.send(large);
    await until(() => service.queue.removed.length === 2);
    expect(service.batches()).toEqual([[large], [large]]);
  });
});

describe('a queue', () => {
  it('that cannot be asked is asked again, later each time, and told of once', async () => {
    const queue = testQueue();
    const missing = Object.assign(new Error('The specified queue does not exist.'), {
      name: 'QueueDoesNotExist',
    });
    for (let times = 0; times < 3; times += 1) queue.failNext(missing);
    const service = await map(succeeds, {}, {}, queue);
    for (const pause of [1_000, 2_000, 4_000]) {
      await until(() => service.clock.next === pause);
      service.clock.advance(pause);
    }
    queue.send('a');
    await until(() => queue.removed.length === 1);
    expect(service.warnings).toEqual([
      `${ARN} cannot be asked for messages: The specified queue does not exist.`,
    ]);
  });

  it('whose messages reappear before the function may end is told of, as AWS refuses it', async () => {
    const service = await map(succeeds, {}, { hello: { timeoutSeconds: 60 } });
    await until(() => service.warnings.length === 1);
    expect(service.warnings[0]).toContain(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
  });

  it('is not asked where nothing says that it may be', async () => {
    const service = await serve(succeeds);
    service.trigger({ eventSources: [MAPPING] });
    expect(service.warnings[0]).toContain('is not asked for messages');
  });

  it('is left alone once its mapping is gone, or is disabled', async () => {
    const service = await map(succeeds);
    await until(() => service.queue.asked.length === 1);
    service.trigger({ eventSources: [{ ...MAPPING, enabled: false }] });
    service.queue.send('a');
    await service.runtimes.settled();
    expect(service.queue.removed).toEqual([]);
    service.trigger({ eventSources: [MAPPING] });
    await until(() => service.queue.removed.length === 1);
    service.trigger({ eventSources: [] });
    service.queue.send('b');
    await service.runtimes.settled();
    expect(service.queue.inFlight()).toEqual([]);
  });
});
