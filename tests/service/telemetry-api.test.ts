import { describe, expect, it } from 'vitest';
import { golden } from '../golden/read.js';
import { extensionNext, register, type SubscribeOptions, subscribe } from '../support/extension-actions.js';
import { invoke, type ServiceOptions, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import type { Action, Script } from '../support/runtime.js';
import {
  call,
  echo,
  exit,
  forever,
  hang,
  initError,
  next,
  print,
  reportError,
  respond,
  send,
  stream,
  waitFor,
} from '../support/runtime-actions.js';
import { until } from '../support/steering.js';
import {
  httpListener,
  type TelemetryListener,
  type ToldEvent,
  tcpListener,
} from '../support/telemetry-listener.js';

/** The Telemetry and the Logs API of an environment, from the subscription to the last event. */

interface Spied {
  readonly subscription?: SubscribeOptions;
  /** What the extension does once it has subscribed, before it asks for events. */
  readonly afterwards?: readonly Action[];
  readonly options?: ServiceOptions;
}

/** A function whose runtime starts to act when its extension `spy` has subscribed. */
async function spied(
  listener: TelemetryListener,
  script: Script,
  { subscription, afterwards = [], options }: Spied = {},
) {
  const subscribed = latch();
  return serve([waitFor(subscribed), ...script], {
    ...options,
    extensions: {
      spy: [
        register(['SHUTDOWN']),
        subscribe(listener.port, subscription),
        ...afterwards,
        call(() => subscribed.open()),
        extensionNext(),
        exit(0),
      ],
    },
  });
}

const typesOf = (events: readonly ToldEvent[]) => events.map(({ type }) => type);
const recordsOf = ({ events }: TelemetryListener, type: string) =>
  events.filter((event) => event.type === `platform.${type}`).map(({ record }) => record);

const INIT = [
  'platform.initStart',
  'platform.telemetrySubscription',
  'platform.initRuntimeDone',
  'platform.extension',
  'platform.initReport',
];

describe('a subscriber is told', () => {
  it('of init, of what is written, and of each invocation', async () => {
    const listener = await httpListener();
    const script = [print('starting\n'), next(), print('handling\n'), respond('1'), next()];
    const service = await spied(listener, script, { afterwards: [print('watching\n')] });
    expect((await invoke(service)).text).toBe('1');
    await service.runtimes.settled();
    await service.close();
    expect(typesOf(listener.events)).toEqual([
      'platform.initStart',
      'platform.telemetrySubscription',
      'extension',
      'function',
      'platform.initRuntimeDone',
      'platform.extension',
      'platform.initReport',
      'platform.start',
      'function',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(listener.events[2]).toMatchObject({ record: 'watching' });
    expect(listener.connections).toBe(1);
  });

  it('by TCP as well', async () => {
    const listener = await tcpListener();
    const service = await spied(listener, [echo()], { subscription: { protocol: 'TCP' } });
    await invoke(service);
    await service.runtimes.settled();
    await service.close();
    await until(() => listener.events.length === INIT.length + 3);
    expect(typesOf(listener.events).slice(0, 5)).toEqual(INIT);
  });

  it('how long the runtime took to begin its answer, to give it, and to ask for more', async () => {
    const listener = await httpListener();
    const chunk = latch();
    const script = [next(), stream(['{}', chunk, '\0\0\0\0\0\0\0\0x'], {}), next()];
    const service = await spied(listener, script);
    const answer = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    chunk.open();
    await answer;
    await service.runtimes.settled();
    await service.close();
    const [done] = recordsOf(listener, 'runtimeDone') as {
      metrics: { durationMs: number };
      spans: { name: string; start: string; durationMs: number }[];
    }[];
    expect(done!.spans.map(({ name }) => name)).toEqual([
      'responseLatency',
      'responseDuration',
      'runtimeOverhead',
    ]);
    const total = done!.spans.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(total).toBeCloseTo(done!.metrics.durationMs, 1);
    const starts = done!.spans.map(({ start }) => Date.parse(start));
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    expect(recordsOf(listener, 'report')).toMatchObject([{ spans: [{ name: 'extensionOverhead' }] }]);
  });

  it('of an error without spans', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [next(), reportError('{}', { type: 'Function.Wrong' }), next()]);
    await invoke(service);
    await service.runtimes.settled();
    await service.close();
    const [done] = recordsOf(listener, 'runtimeDone');
    expect(done).toMatchObject({
      status: 'error',
      errorType: 'Function.Wrong',
      metrics: { producedBytes: 0 },
    });
    expect(done).not.toHaveProperty('spans');
  });

  it('of the trace of an invocation that is traced', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [echo()]);
    await invoke(service, '1', {
      headers: { 'X-Amzn-Trace-Id': 'Root=1-62e900b2-710d76f009d6e7785905449a;Sampled=1' },
    });
    await service.runtimes.settled();
    await service.close();
    for (const type of ['start', 'runtimeDone', 'report']) {
      const value = expect.stringContaining('Root=1-62e900b2-710d76f009d6e7785905449a;Parent=');
      expect(recordsOf(listener, type)).toMatchObject([{ tracing: { type: 'X-Amzn-Trace-Id', value } }]);
    }
  });

  it('of a crash, before its own end', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [next(), print('oh\n', 'stderr'), exit(1)]);
    await invoke(service);
    await until(() => service.runtimes.extensionStarts[0]?.exit);
    expect(typesOf(listener.events).slice(INIT.length)).toEqual([
      'platform.start',
      'function',
      'platform.runtimeDone',
      'platform.report',
    ]);
    const failed = { status: 'error', errorType: 'Runtime.ExitError' };
    expect(recordsOf(listener, 'report')).toMatchObject([failed]);
    expect(recordsOf(listener, 'runtimeDone')).toMatchObject([{ ...failed, metrics: { producedBytes: 0 } }]);
  });

  it('of a timeout', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [next(), hang()], { options: { hello: { timeoutSeconds: 0.05 } } });
    await invoke(service);
    await until(() => service.runtimes.extensionStarts[0]?.exit);
    expect(recordsOf(listener, 'runtimeDone')).toMatchObject([{ status: 'timeout' }]);
    expect(recordsOf(listener, 'report')).toMatchObject([{ status: 'timeout' }]);
  });

  it('of a failed init, and by its next process of the one that followed', async () => {
    const listener = await httpListener();
    const subscribed = [latch(), latch()];
    const service = await serve(
      (number) =>
        number === 1
          ? [waitFor(subscribed[0]!), initError('{}', { type: 'Function.NoInit' }), exit(1)]
          : [waitFor(subscribed[1]!), echo()],
      {
        extensions: {
          spy: (number) => [
            register(['SHUTDOWN']),
            subscribe(listener.port),
            call(() => subscribed[number - 1]!.open()),
            extensionNext(),
            exit(0),
          ],
        },
      },
    );
    expect((await invoke(service, '1')).text).toBe('1');
    await service.runtimes.settled();
    await service.close();
    expect(recordsOf(listener, 'initStart')).toMatchObject([{ phase: 'init' }, { phase: 'invoke' }]);
    expect(recordsOf(listener, 'initRuntimeDone')).toMatchObject([
      { phase: 'init', status: 'error', errorType: 'Function.NoInit' },
      { phase: 'invoke', status: 'success' },
    ]);
    expect(recordsOf(listener, 'initReport')).toMatchObject([{ status: 'error' }, { status: 'success' }]);
  });

  it('what its last process could not take', async () => {
    const refusing = await httpListener((response) => void response.writeHead(500).end());
    const service = await serve((number) => (number === 1 ? [next(), exit(1)] : [echo()]), {
      extensions: {
        spy: (number) => [
          register(['SHUTDOWN']),
          subscribe(number === 1 ? refusing.port : taking.port),
          extensionNext(),
          exit(0),
        ],
      },
    });
    const taking = await httpListener();
    await invoke(service);
    await until(() => service.runtimes.extensionStarts[0]?.exit);
    await invoke(service);
    await service.runtimes.settled();
    await service.close();
    expect(recordsOf(taking, 'report')).toMatchObject([{ status: 'error' }, { status: 'success' }]);
    expect(recordsOf(taking, 'initStart')).toHaveLength(2);
  });
});

describe('the Logs API', () => {
  const logs = (schemaVersion: string): Spied => ({ subscription: { api: 'logs', schemaVersion } });

  it.each([
    ['2020-08-15', []],
    ['2021-03-18', ['platform.runtimeDone']],
  ])('of schema %s tells what it has words for', async (schemaVersion, done) => {
    const listener = await httpListener();
    const service = await spied(listener, [next(), print('a\n'), respond('1'), next()], logs(schemaVersion));
    await invoke(service);
    await service.runtimes.settled();
    await service.close();
    expect(typesOf(listener.events)).toEqual([
      'platform.logsSubscription',
      'platform.extension',
      'platform.start',
      'function',
      ...done,
      'platform.end',
      'platform.report',
    ]);
  });

  it('calls a crash a fault', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [next(), exit(1)], logs('2021-03-18'));
    await invoke(service);
    await until(() => service.runtimes.extensionStarts[0]?.exit);
    expect(recordsOf(listener, 'runtimeDone')).toMatchObject([{ status: 'failure' }]);
    expect(recordsOf(listener, 'fault')).toEqual([
      expect.stringContaining('Process exited before completing'),
    ]);
  });
});

describe('the log says who subscribed', () => {
  const asked: SubscribeOptions = { types: ['platform', 'function'] };

  it.each([
    ['telemetry', 'TELEMETRY\tName: spy\tState: Subscribed\tTypes: [Platform, Function]'],
    ['logs', 'LOGS\tName: spy\tState: Subscribed\tTypes: [Platform, Function]'],
  ] as const)('to %s', async (api, line) => {
    const listener = await httpListener();
    const service = await spied(listener, [echo()], { subscription: { ...asked, api } });
    await invoke(service);
    await service.runtimes.settled();
    expect(logOf(service.events)).toContain(line);
  });
});

describe('a request is refused', () => {
  const refused = (action: Action, more: Script = []): Promise<string[]> =>
    answersOf([register(['SHUTDOWN']), action, ...more, extensionNext(), exit(0)]);

  async function answersOf(spy: Script): Promise<string[]> {
    const service = await serve([echo()], { extensions: { spy } });
    await invoke(service);
    await service.runtimes.settled();
    return service.runtimes.extensionStarts[0]!.answers.map(({ status, text }) => `${status} ${text}`);
  }

  it.each([
    ['without an identifier', { headers: { 'Lambda-Extension-Identifier': '' } }, 'Missing'],
    ['with one that is none', { identifier: 'me' }, 'Invalid'],
    ['with an unknown one', { identifier: '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55' }, 'Unknown'],
  ])('%s', async (_, options, kind) => {
    const answers = await refused(subscribe(1, { ...options, status: 403 }));
    expect(answers[1]).toContain(`"errorType":"Extension.${kind}ExtensionIdentifier"`);
  });

  it.each([
    ['telemetry', 'ValidationError'],
    ['logs', 'Logs.ValidationError'],
  ] as const)('when it is not valid, by %s', async (api, errorType) => {
    const answers = await refused(subscribe(9001, { api, status: 400 }));
    expect(answers[1]).toBe(`400 {"errorType":"${errorType}","errorMessage":"port 9001 is reserved"}`);
    const large = await refused(subscribe(1, { api, body: Buffer.alloc(70_000, 'x'), status: 400 }));
    expect(large[1]).toBe(`400 {"errorType":"${errorType}","errorMessage":"the request is too-large"}`);
  });

  it('with another method or path', async () => {
    const answers = await refused(send('/2022-07-01/telemetry', { method: 'POST', status: 405 }), [
      send('/2022-07-01/logs', { method: 'PUT', status: 404 }),
      send('/2020-08-15/logs', { status: 405 }),
    ]);
    expect(answers).toHaveLength(4);
  });

  it.each(['telemetry', 'logs'] as const)('after init, by %s', async (api) => {
    const { answers: recorded } = golden<{ answers: { name: string; status: number; body: string }[] }>(
      'telemetry',
    );
    const closed = recorded.find(({ name }) => name === `${api} closed`)!;
    const service = await serve([echo()], {
      extensions: {
        spy: [
          register(['INVOKE']),
          extensionNext(),
          subscribe(1234, { api, status: 403 }),
          forever(extensionNext()),
        ],
      },
    });
    await invoke(service);
    await service.runtimes.settled();
    const answers = service.runtimes.extensionStarts[0]!.answers;
    expect(answers.map(({ status, text }) => [status, text])).toContainEqual([closed.status, closed.body]);
  });
});

describe('an environment of several invocations', () => {
  const several: ServiceOptions = { hello: { maxConcurrency: 4 } };

  it('tells of each invocation what managed instances tell', async () => {
    const listener = await httpListener();
    const service = await spied(listener, [echo()], {
      options: several,
      subscription: { schemaVersion: '2025-01-29' },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await service.runtimes.settled();
    await service.close();
    expect(typesOf(listener.events)).toEqual([...INIT, 'platform.start', 'platform.report']);
    expect(recordsOf(listener, 'report')).toEqual([
      {
        requestId: expect.any(String),
        status: 'success',
        metrics: { durationMs: expect.any(Number) },
        spans: ['responseLatency', 'responseDuration'].map((name) => expect.objectContaining({ name })),
      },
    ]);
  });

  it('has no Logs API, and one schema version', async () => {
    const service = await serve([echo()], {
      ...several,
      extensions: {
        spy: [
          register(['SHUTDOWN']),
          subscribe(1234, { api: 'logs', status: 404 }),
          subscribe(1234, { schemaVersion: '2022-07-01', status: 400 }),
          extensionNext(),
          exit(0),
        ],
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await service.runtimes.settled();
  });
});

it('takes a subscription at a path that ends in a slash', async () => {
  const listener = await httpListener();
  const body = JSON.stringify({
    schemaVersion: '2022-07-01',
    types: ['platform'],
    destination: { protocol: 'HTTP', URI: `http://sandbox:${listener.port}/` },
  });
  const service = await serve([echo()], {
    extensions: {
      spy: [
        register(['SHUTDOWN']),
        async (start) => {
          const headers = { 'Lambda-Extension-Identifier': start.identifiers.get('spy')! };
          return send('/2022-07-01/telemetry/', { method: 'PUT', headers, body, status: 200 })(start);
        },
        extensionNext(),
        exit(0),
      ],
    },
  });
  await invoke(service);
  await service.runtimes.settled();
  await service.close();
  expect(recordsOf(listener, 'initStart')).toHaveLength(1);
});

it('ends with a listener that never answers', async () => {
  const listener = await httpListener(() => {});
  const service = await spied(listener, [echo()]);
  await invoke(service);
  await service.runtimes.settled();
  await service.close();
  expect(service.runtimes.extensionStarts[0]!.exit).toEqual({ kind: 'exit', status: 0 });
});
