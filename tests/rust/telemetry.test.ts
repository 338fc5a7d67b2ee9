import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import type { LocalEvent } from '../../src/local/events.js';
import type { FunctionDefinition } from '../../src/local/local-lambda.js';
import { invoke, serveReal } from '../support/functions.js';
import { eventually } from '../support/processes.js';
import type { ToldEvent } from '../support/telemetry-listener.js';

/** Extensions made with the official crate hear of real functions over the Telemetry and the Logs API. */

const built = inject('functions');

async function run(name: string, settings: Partial<FunctionDefinition> = {}) {
  const events: LocalEvent[] = [];
  const warnings: string[] = [];
  const service = await serveReal({
    functions: [{ name, bootstrap: built[name]!, ...settings }],
    onEvent: (event) => events.push(event),
    onWarning: (text) => warnings.push(text),
  });
  const lines = (prefix: string) =>
    events.flatMap((event) =>
      event.type === 'log' && event.line.startsWith(prefix) ? [event.line.slice(prefix.length)] : [],
    );
  /** Until the function and its extensions are done with that many invocations. */
  const reported = (count: number) =>
    eventually('it is reported', () => {
      const reports = events.filter((event) => event.type === 'platform' && event.record.type === 'report');
      return reports.length === count;
    });
  const call = (payload = '{}') => invoke(service, payload, { name });
  return { ...service, events, warnings, lines, reported, call };
}

const spying = (api: string, more: Record<string, string> = {}): Partial<FunctionDefinition> => ({
  extensions: [built['spy']!],
  environment: { SPY_API: api, ...more },
});
const told = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as ToldEvent);
const typesOf = (events: readonly ToldEvent[]) => events.map(({ type }) => type);

const INIT = [
  'platform.initStart',
  'platform.telemetrySubscription',
  'platform.initRuntimeDone',
  'platform.extension',
  'platform.initReport',
];
const INVOCATION = ['platform.start', 'function', 'platform.runtimeDone', 'platform.report'];

describe('an external extension', () => {
  it('hears everything over the Telemetry API', async () => {
    const service = await run('event-echo', spying('telemetry'));
    const answers = [await service.call(), await service.call()];
    await service.reported(2);
    await service.close();
    const events = told(service.lines('telemetry '));
    expect(typesOf(events)).toEqual([...INIT, ...INVOCATION, ...INVOCATION]);
    const done = events.filter(({ type }) => type === 'platform.runtimeDone');
    expect(done.map(({ record }) => record)).toEqual(
      answers.map(({ headers, body }) => ({
        requestId: headers['x-amzn-requestid'],
        status: 'success',
        metrics: { durationMs: expect.any(Number), producedBytes: body.length },
        spans: ['responseLatency', 'responseDuration', 'runtimeOverhead'].map((name) => ({
          name,
          start: expect.any(String),
          durationMs: expect.any(Number),
        })),
      })),
    );
    expect(service.warnings).toEqual([]);
  });

  it('hears everything over the Logs API', async () => {
    const service = await run('event-echo', spying('logs'));
    await service.call();
    await service.reported(1);
    await service.close();
    const heard = service.lines('log ');
    expect(heard.map((line) => /^\w+/.exec(line)?.[0])).toEqual([
      'PlatformLogsSubscription',
      'PlatformExtension',
      'PlatformStart',
      'Function',
      'PlatformRuntimeDone',
      'PlatformEnd',
      'PlatformReport',
    ]);
    expect(service.lines('event ')).toEqual(['SHUTDOWN spindown']);
  });

  it('hears of events and telemetry together', async () => {
    const service = await run('event-echo', spying('combined'));
    const answer = await service.call();
    await service.reported(1);
    await service.close();
    const requestId = String(answer.headers['x-amzn-requestid']);
    expect(service.lines('event ')).toEqual([`INVOKE ${requestId}`, 'SHUTDOWN spindown']);
    const report = told(service.lines('telemetry ')).find(({ type }) => type === 'platform.report');
    expect(report?.record).toMatchObject({ requestId, spans: [{ name: 'extensionOverhead' }] });
  });

  it('hears of a crash before it is ended', async () => {
    const service = await run('failing', spying('telemetry'));
    await service.call('{"mode":"exit","status":3}');
    await eventually('the report is told', () =>
      typesOf(told(service.lines('telemetry '))).includes('platform.report'),
    );
  });
});

describe('an extension that always listens at the same port', () => {
  const freePort = async () => {
    const server = createServer();
    const port = await listen(server, 0, '0.0.0.0');
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  };

  it('hears of its own environment, and a second one is told of', async () => {
    const service = await run('waits', spying('telemetry', { SPY_PORT: await freePort() }));
    const answers = await Promise.all([service.call('{"ms":500}'), service.call('{"ms":500}')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await service.reported(2);
    await service.close();
    expect(service.warnings).toHaveLength(1);
    expect(service.warnings[0]).toContain('Run with --concurrency 1');
    expect(typesOf(told(service.lines('telemetry ')))).toEqual([
      ...INIT,
      ...INVOCATION.filter((type) => type !== 'function'),
    ]);
  });

  it('finds it free when its environment has been replaced', async () => {
    const service = await run('event-echo', spying('telemetry', { SPY_PORT: await freePort() }));
    await service.call();
    await service.reported(1);
    const bootstrap = built['event-echo']!;
    service.update('event-echo', { bootstrap, taskRoot: dirname(bootstrap) }, { warmUp: true });
    await service.call();
    await service.reported(2);
    await service.close();
    expect(typesOf(told(service.lines('telemetry ')))).toEqual([
      ...INIT,
      ...INVOCATION,
      ...INIT,
      ...INVOCATION,
    ]);
    expect(service.warnings).toEqual([]);
  });
});

it('an internal extension hears of its own function', async () => {
  const service = await run('inner-spy');
  for (const payload of ['1', '2']) expect((await service.call(payload)).text).toBe(payload);
  await service.close();
  const types = typesOf(told(service.lines('inner ')));
  expect(types.slice(0, 7)).toEqual([
    'platform.initStart',
    'platform.telemetrySubscription',
    'platform.initRuntimeDone',
    'platform.extension',
    'platform.initReport',
    'platform.start',
    'platform.runtimeDone',
  ]);
});
