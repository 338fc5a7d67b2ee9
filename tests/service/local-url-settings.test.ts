import { describe, expect, it } from 'vitest';
import type { Cors } from '../../src/lambda/cors.js';
import { golden } from '../golden/read.js';
import { serve } from '../support/functions.js';
import { exchangeBytes, http, openHttp } from '../support/http.js';
import { forever, next, reportError, respond, stream } from '../support/runtime-actions.js';

/** What a function URL is configured with, and what it refuses on its own. */

const ORIGIN = 'https://localhost:8080';
const cors: Cors = { allowOrigins: [ORIGIN], allowMethods: ['GET'], allowCredentials: true, maxAge: 300 };
const from = { headers: { origin: ORIGIN } };
const asking = { origin: ORIGIN, 'access-control-request-method': 'GET' };
const answering = (value: unknown) => [forever(next(), respond(JSON.stringify(value)))];

describe('cors', () => {
  it('a preflight is answered without the function', async () => {
    const service = await serve(answering('never'), { hello: { cors } });
    const answer = await http(service.urlOf('hello'), { method: 'OPTIONS', headers: asking });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '300',
      vary: 'Origin',
      'content-type': 'application/json',
      'content-length': '0',
    });
    expect(answer.headers).toHaveProperty('x-amzn-requestid');
    expect(answer.headers).not.toHaveProperty('x-amzn-trace-id');
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('without it a preflight is the function’s to answer', async () => {
    const service = await serve(answering({ statusCode: 418 }));
    const answer = await http(service.urlOf('hello'), { method: 'OPTIONS', headers: asking });
    expect(answer.status).toBe(418);
    expect(answer.headers).not.toHaveProperty('vary');
  });

  it('so is an OPTIONS that asks nothing', async () => {
    const service = await serve(answering({ statusCode: 204 }), { hello: { cors } });
    expect((await http(service.urlOf('hello'), { method: 'OPTIONS', ...from })).status).toBe(204);
  });

  it.each([
    ['an answer', respond('"text"'), 200],
    ['what a URL cannot send', respond('{"statusCode":1}'), 502],
    ['an error', reportError('{}'), 502],
    ['a streamed answer', stream(['one'], { contentType: 'text/plain' }), 200],
  ])('%s carries its headers', async (_name, action, status) => {
    const service = await serve([next(), action, next()], { hello: { cors } });
    const answer = await http(service.urlOf('hello'), from);
    expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([
      status,
      ORIGIN,
      'Origin',
    ]);
  });

  it('does not go by what an origin is not allowed', async () => {
    const service = await serve(answering('text'), { hello: { cors } });
    const answer = await http(service.urlOf('hello'), { headers: { origin: 'https://elsewhere.test' } });
    expect([answer.status, answer.text]).toEqual([200, 'text']);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('a function that says it too says it twice, as on AWS, and whoever watches is told once', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*' };
    const service = await serve(answering({ statusCode: 200, headers, body: '' }), { hello: { cors } });
    const twice = [0, 1].map(async () => {
      const response = await openHttp(service.urlOf('hello'), from);
      response.resume();
      return response.headersDistinct['access-control-allow-origin'];
    });
    expect(await Promise.all(twice)).toEqual([
      ['*', ORIGIN],
      ['*', ORIGIN],
    ]);
    expect(service.warnings).toEqual([expect.stringContaining("'access-control-allow-origin'")]);
  });
});

describe('limits', () => {
  const { cases } = golden<{ cases: Record<string, { body?: string }> }>('payload-limits');
  const refused = { status: 413, text: cases['function URL, 10 MB']!.body };
  const MOST = 6_291_456;

  it.each([
    ['a request of more than 6 MB', 'text/plain', MOST + 1],
    ['one that is as large once it is an event', 'text/plain', MOST - 100],
    ['one whose bytes are as large in base64', 'application/octet-stream', (MOST / 4) * 3],
  ])('%s', async (_name, type, size) => {
    const service = await serve(answering('ok'), { hello: { cors } });
    const body = Buffer.alloc(size, 'x');
    const answer = await http(service.urlOf('hello'), {
      method: 'POST',
      headers: { 'content-type': type, ...from.headers },
      body,
    });
    expect(answer).toMatchObject(refused);
    expect(answer.headers).toMatchObject({
      'x-amzn-errortype': 'RequestEntityTooLargeException',
      'access-control-allow-origin': ORIGIN,
    });
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('a request that is just small enough', async () => {
    const service = await serve(answering('ok'));
    const body = Buffer.alloc(MOST - 4_000, 'x');
    const headers = { 'content-type': 'text/plain' };
    expect((await http(service.urlOf('hello'), { method: 'POST', headers, body })).text).toBe('ok');
  });

  it('an answer of more than 6 MB is a 502', async () => {
    const service = await serve([next(), respond(Buffer.alloc(6_291_557, 'x'), { status: 413 }), next()]);
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.text]).toEqual([502, 'Internal Server Error']);
  });

  it('headers of more than 16 KB', async () => {
    const service = await serve(answering('ok'));
    const text = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await exchangeBytes(new URL(service.url).host, text)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('a URL that is nobody’s', () => {
  it('is refused by its host as AWS refuses it, and whoever watches is told who there is', async () => {
    const service = await serve(answering('ok'));
    const host = 'nobody.lambda-url.localhost:9000';
    const answer = await http(`${service.url}/`, { headers: { host } });
    expect([answer.status, answer.text]).toEqual([403, '{"Message":null}']);
    expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(service.warnings).toEqual([expect.stringMatching(/'nobody'.* There are: hello/)]);
  });
});

describe('the trace', () => {
  const ROOT = 'Root=1-67891233-abcdef012345678912345678';

  it.each([
    ['is begun', {}, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/],
    ['is gone on with', { 'x-amzn-trace-id': `${ROOT};Sampled=1` }, new RegExp(`^${ROOT};Sampled=1$`)],
  ])('%s', async (_name, headers, inEvent) => {
    const service = await serve([
      forever(
        next(),
        respond((event) => event.body),
      ),
    ]);
    const answer = await http(service.urlOf('hello'), { headers });
    const sent = JSON.parse(answer.text).headers['x-amzn-trace-id'];
    expect(sent).toMatch(inEvent);
    const root = /Root=([^;]+)/.exec(sent)![1];
    const sampled = sent.includes('Sampled=1') ? 1 : 0;
    const [event] = service.runtimes.starts[0]!.events;
    const handed = String(event!.headers['lambda-runtime-trace-id']);
    expect(handed).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=${sampled}$`));
    expect(answer.headers['x-amzn-trace-id']).toBe(handed.toLowerCase());
  });
});
