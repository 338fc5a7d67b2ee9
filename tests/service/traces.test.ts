import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import type { TraceNews } from '../../src/local/events.js';
import { MAX_OTLP_BYTES } from '../../src/local/traces/receiver.js';
import { readJson, writeJson } from '../../src/traces/otlp-json.js';
import { span } from '../../src/traces/spans.fixture.js';
import { treeOf } from '../../src/traces/tree.js';
import { invokeIdle, type ScriptedService, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { forever, next, respond } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF = { 'Content-Type': 'application/x-protobuf' };
const echo = () => forever(next(), respond('1'));
const INCOMING = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00000000000000aa;Sampled=1';

const tracesOf = ({ events }: ScriptedService) =>
  events.filter((event): event is TraceNews => event.type === 'trace');

const post = (url: string, body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
  http(`${url}/v1/traces`, { method: 'POST', headers, body });

describe('a traced service', () => {
  it("hands the function a trace, and puts the function's spans below its own", async () => {
    const service = await serve([echo()], { traces: {} });
    const sent = span('b', 'a', { name: 'of the function' });
    const body = writeJson([span('a', undefined, { name: 'of the caller' }), sent], 'test');
    const { status, text, headers } = await post(service.url, body);
    expect([status, text, headers['content-type']]).toEqual([200, '{}', 'application/json']);
    await http(`${service.url}/`, { headers: { 'X-Amzn-Trace-Id': INCOMING.replace('aa;', '0a;') } });
    const whole = () => tracesOf(service).find(({ spans }) => spans.length === 4);
    await until(() => whole() !== undefined);
    const rows = treeOf(whole()!.spans).map(
      ({ span: { name }, branches }) => `${'-'.repeat(branches.length)}${name}`,
    );
    expect(rows.toSorted()).toEqual(['--init', '-hello', '-of the function', 'of the caller'].toSorted());
    const traceId = service.runtimes.answers[0]?.headers['lambda-runtime-trace-id'];
    expect(traceId).toMatch(/^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16};Sampled=1$/);
  });

  it('starts a sampled trace where the caller has none', async () => {
    const service = await serve([echo()], { traces: {} });
    await service.invoke('hello', '1');
    await until(() => tracesOf(service).length > 0);
    const [{ spans }] = tracesOf(service) as [TraceNews];
    expect(spans.map(({ name }) => name)).toEqual(['hello', 'init']);
    expect(spans[1]!.parentSpanId).toBe(spans[0]!.spanId);
  });

  it("leads functions' exporters to itself, unless they are led elsewhere", async () => {
    const traced = await serve([echo()], { traces: {} });
    await invokeIdle(traced);
    const { env } = traced.runtimes.starts[0]!;
    expect(env).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: traced.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    const own = await serve([echo()], { traces: {}, hello: { environment } });
    await invokeIdle(own);
    expect(own.runtimes.starts[0]!.env).toMatchObject(environment);
  });

  it('takes gzip and Protocol Buffers, and answers in the format of the request', async () => {
    const service = await serve([echo()], { traces: {} });
    const body = gzipSync(writeJson([span('a')], 'test'));
    expect((await post(service.url, body, { ...JSON_TYPE, 'Content-Encoding': 'gzip' })).status).toBe(200);
    const empty = await post(service.url, Buffer.alloc(0), PROTOBUF);
    expect([empty.status, empty.text, empty.headers['content-type']]).toEqual([
      200,
      '',
      'application/x-protobuf',
    ]);
    const without = { ...span('b'), spanId: '' };
    expect(JSON.parse((await post(service.url, writeJson([without], 'test'))).text)).toMatchObject({
      partialSuccess: { rejectedSpans: '1' },
    });
  });

  it.each([
    ['no JSON', '{', JSON_TYPE, 400],
    ['no message', Buffer.from([0xff]), PROTOBUF, 400],
    ['no gzip', '{}', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 400],
    ['another encoding', '{}', { ...JSON_TYPE, 'Content-Encoding': 'br' }, 400],
    ['another type', 'x', { 'Content-Type': 'text/plain' }, 415],
    ['too much', Buffer.alloc(MAX_OTLP_BYTES + 1), JSON_TYPE, 413],
    ['a bomb', gzipSync(Buffer.alloc(MAX_OTLP_BYTES + 1)), { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 400],
  ] as const)('refuses %s, and goes on', async (_name, body, headers, status) => {
    const service = await serve([echo()], { traces: {} });
    const answer = await post(service.url, body, headers);
    expect(answer.status).toBe(status);
    if (headers['Content-Type'] === 'application/json')
      expect(JSON.parse(answer.text)).toMatchObject({ code: 3 });
    expect((await post(service.url, '{}')).status).toBe(200);
  });

  it.each(['/v1/metrics', '/v1/logs'])(
    'refuses other signals: %s is no invocation of the function that sends it, unless it is none of theirs',
    async (path) => {
      const service = await serve([echo()], { traces: {} });
      const sent = (headers: Record<string, string>) =>
        http(`${service.url}${path}`, { method: 'POST', headers, body: '{}' });
      expect((await sent(PROTOBUF)).status).toBe(404);
      expect(service.events.filter(({ type }) => type === 'platform')).toEqual([]);
      expect((await sent(JSON_TYPE)).status).toBe(200);
    },
  );

  it('outlives whatever is sent', async () => {
    const service = await serve([echo()], { traces: {} });
    const headers = fc.constantFrom<Record<string, string>>(
      JSON_TYPE,
      PROTOBUF,
      { ...PROTOBUF, 'Content-Encoding': 'gzip' },
      {},
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((json) => Buffer.from(json)),
    );
    await fc.assert(
      fc.asyncProperty(headers, body, async (sent, bytes) => {
        const { status } = await post(service.url, Buffer.from(bytes), sent);
        expect([200, 400, 415]).toContain(status);
      }),
      { numRuns: 150 },
    );
    await service.invoke('hello', '1');
  });
});

describe('a service that does not trace', () => {
  it("leaves the path and the environment to the function, and AWS's default for sampling", async () => {
    const service = await serve([echo()]);
    expect((await post(service.url, '{}')).text).toBe('1');
    const { env } = service.runtimes.starts[0]!;
    expect(Object.keys(env).filter((name) => name.startsWith('OTEL'))).toEqual([]);
    expect(service.runtimes.answers[0]?.headers['lambda-runtime-trace-id']).toContain('Sampled=0');
  });

  it('even a traced one leaves the path of a named function to the function', async () => {
    const service = await serve([echo()], { traces: {} });
    const answer = await http(`${service.url}/lambda-url/hello/v1/traces`, { method: 'POST', body: '{}' });
    expect(answer.text).toBe('1');
  });
});

describe('a collector', () => {
  const got: { url: string | undefined; type: string | undefined; body: Buffer }[] = [];
  let collector: Server;
  let url: string;
  let status = 200;
  beforeAll(async () => {
    collector = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      got.push({ url: request.url, type: request.headers['content-type'], body: Buffer.concat(chunks) });
      response.writeHead(status);
      response.end();
    });
    url = `http://127.0.0.1:${await listen(collector, 0, '127.0.0.1')}`;
  });
  afterAll(() => collector.close());

  it("gets what functions send, and the service's own spans, before the service ends", async () => {
    got.length = 0;
    const service = await serve([echo()], { traces: { forward: url } });
    const body = writeJson([span('a')], 'test');
    await post(service.url, gzipSync(body), { ...JSON_TYPE, 'Content-Encoding': 'gzip' });
    await service.invoke('hello', '1');
    await service.close();
    expect(got.map(({ url: path, type }) => [path, type])).toEqual([
      ['/v1/traces', 'application/json'],
      ['/v1/traces', 'application/json'],
    ]);
    expect(got[0]!.body.toString()).toBe(body);
    expect(readJson(got[1]!.body.toString()).spans.map(({ name }) => name)).toEqual(['hello', 'init']);
  });

  it('that refuses, or is not there, is said once and harms nothing', async () => {
    status = 503;
    for (const [forward, why] of [
      [`${url}/v1/traces`, 'HTTP 503'],
      [await nobody(), 'ECONNREFUSED'],
    ] as const) {
      const service = await serve([echo()], { traces: { forward } });
      await service.invoke('hello', '1');
      await service.invoke('hello', '2');
      await service.close();
      expect(service.warnings).toEqual([expect.stringContaining(why)]);
    }
  });
});

/** An address where nobody listens any more. */
async function nobody(): Promise<string> {
  const server = createServer();
  const port = await listen(server, 0, '127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
