import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEvent, TraceNews } from '../../src/local/events.js';
import { builtInFiles } from '../../src/new/built-in.js';
import type { ProjectKind } from '../../src/new/kind.js';
import { packageRoot } from '../../src/package-root.js';
import { treeOf } from '../../src/traces/tree.js';
import { cargo } from '../support/cargo.js';
import { serveReal } from '../support/functions.js';
import { http } from '../support/http.js';
import { makeWorkspace } from '../support/made-workspace.js';
import { startCollector } from '../support/otlp-collector.js';
import { pythonClient } from '../support/python-clients.js';
import { until } from '../support/steering.js';

const KINDS: Record<string, ProjectKind> = {
  'otel-http': { kind: 'http', otel: true },
  'otel-basic': { kind: 'basic', otel: true },
};

// Always the same folder: cargo keeps what it compiled for each path, and would keep it for every run.
const root = join(packageRoot(), '.tools', 'new-otel');

beforeAll(async () => {
  await rm(root, { recursive: true, force: true });
  const write = async (path: string, contents: string | Buffer) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), contents);
  };
  await makeWorkspace(root);
  for (const [project, kind] of Object.entries(KINDS))
    for (const { path, contents } of await builtInFiles(kind, { project }, { workspaceMember: true }))
      await write(join(project, path), contents);
  expect(await cargo(root, ['build', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function traced(name: string, options: { traces?: object; environment?: Record<string, string> } = {}) {
  const events: LocalEvent[] = [];
  const bootstrap = join(packageRoot(), '.tools', 'target', 'debug', name);
  const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON', ...options.environment };
  const service = await serveReal({
    functions: [{ name, bootstrap, environment }],
    onEvent: (event) => events.push(event),
    ...(options.traces && { traces: options.traces }),
  });
  const traces = () => events.filter((event): event is TraceNews => event.type === 'trace');
  const logged = () => events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
  return { service, traces, logged };
}

const names = ({ spans }: TraceNews) =>
  treeOf(spans).map(({ span: { name }, branches }) => `${'  '.repeat(branches.length)}${name}`);

describe('a function of new --otel', () => {
  it('sends its spans into the trace that the service started, before it is frozen', async () => {
    const { service, traces, logged } = await traced('otel-http', { traces: {} });
    expect((await http(`${service.url}/?name=Rust`)).text).toBe('Hello Rust, this is Rust on Lambda!');
    await until(() => traces().some(({ spans }) => spans.length === 4));
    const whole = traces().at(-1)!;
    expect(names(whole)).toEqual(['otel-http', '  init', '  otel-http', '    function_handler']);
    expect(new Set(whole.spans.map(({ traceId }) => traceId))).toEqual(new Set([whole.traceId]));
    const [, , own, handler] = treeOf(whole.spans).map(({ span }) => span);
    expect(own).toMatchObject({
      service: 'otel-http',
      attributes: { 'faas.trigger': 'http', 'faas.coldstart': true },
    });
    expect(handler!.startMs).toBeGreaterThanOrEqual(own!.startMs);
    expect(logged().some((line) => line.includes('"message":"greeting"'))).toBe(true);
  });

  it("takes a caller's X-Ray header for W3C's ids", async () => {
    const { service, traces } = await traced('otel-http', { traces: {} });
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    await http(`${service.url}/`, { headers: { 'X-Amzn-Trace-Id': header } });
    await until(() => traces().some(({ spans }) => spans.length === 4));
    const { traceId, spans } = traces().at(-1)!;
    expect(traceId).toBe('5759e988bd862e3fe1be46a994272793');
    expect(spans.find(({ kind }) => kind === 'server')?.parentSpanId).toBe('53995c3f42cd8ad8');
  });

  it('of any kind does the same', async () => {
    const { service, traces } = await traced('otel-basic', { traces: {} });
    for (const round of [1, 2]) {
      await service.invoke('otel-basic', { name: 'Rust' });
      await until(
        () =>
          traces().filter(({ spans }) => spans.some(({ name }) => name === 'function_handler')).length >=
          round,
      );
    }
    expect(names(traces().at(-1)!)).toEqual(['otel-basic', '  otel-basic', '    function_handler']);
  });

  it.skipIf(!pythonClient('python'))('and the service send one trace on to a collector', async () => {
    const collector = await startCollector();
    try {
      const { service, traces } = await traced('otel-http', { traces: { forward: collector.url } });
      const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
      await http(`${service.url}/`, { headers: { 'X-Amzn-Trace-Id': header } });
      await until(() => traces().some(({ spans }) => spans.length === 4));
      await collector.has(4);
      const of = (name: string, encoding: string) =>
        collector.spans.find((span) => span.name === name && span.encoding === `application/${encoding}`)!;
      const [invocation, init] = [of('otel-http', 'json'), of('init', 'json')];
      const [own, handler] = [of('otel-http', 'x-protobuf'), of('function_handler', 'x-protobuf')];
      expect(collector.spans.map(({ traceId }) => traceId)).toEqual(
        Array(4).fill('5759e988bd862e3fe1be46a994272793'),
      );
      expect([invocation, init, own, handler].map(({ parentSpanId }) => parentSpanId)).toEqual([
        '53995c3f42cd8ad8',
        invocation.spanId,
        invocation.spanId,
        own.spanId,
      ]);
      expect(invocation.kind).toBe('SPAN_KIND_SERVER');
      for (const { resource } of [own, handler])
        expect(resource).toMatchObject({
          'service.name': 'otel-http',
          'telemetry.sdk.language': 'rust',
        });
      expect(invocation.resource).toEqual({ 'service.name': 'otel-http' });
    } finally {
      await collector.stop();
    }
  });

  it('without a collector only logs', async () => {
    const { service, traces, logged } = await traced('otel-basic');
    const { payload } = await service.invoke('otel-basic', { name: 'Rust' });
    expect(JSON.parse(payload.toString())).toEqual({ message: 'Hello Rust, this is Rust on Lambda!' });
    expect(traces()).toEqual([]);
    expect(logged().map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['INFO']);
  });

  it('goes on when its collector is not there, and says so', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const { service, logged } = await traced('otel-basic', { traces: {}, environment });
    for (const _ of [1, 2]) await service.invoke('otel-basic', { name: 'Rust' });
    // It is sent when the answer has been given.
    await until(() => logged().some((line) => line.includes('spans could not be sent')));
  });
});
