import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOOTSTRAP, invoke, type ScriptedService, serve } from '../support/functions.js';
import { type HttpRequest, http, openHttp } from '../support/http.js';
import { echo, forever, next, reportError, respond, stream } from '../support/runtime-actions.js';

/** Functions by their URLs: the way in, and the way out. */

interface UrlEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly routeKey: string;
  readonly headers: Record<string, string>;
  readonly cookies?: string[];
  readonly queryStringParameters?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly requestContext: {
    readonly apiId: string;
    readonly domainName: string;
    readonly requestId: string;
    readonly http: Record<string, string>;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** Answers with the event, which makes it the body: the whole value has no statusCode. */
const answering = (value: unknown) => [forever(next(), respond(JSON.stringify(value)))];

const two = {
  functions: [
    { name: 'hello', bootstrap: BOOTSTRAP },
    { name: 'other', bootstrap: BOOTSTRAP },
  ],
};

async function eventOf(service: ScriptedService, path: string, request: HttpRequest = {}): Promise<UrlEvent> {
  const answer = await http(`${service.url}${path}`, request);
  expect(answer.status, answer.text).toBe(200);
  return JSON.parse(answer.text) as UrlEvent;
}

describe('where a function is found', () => {
  it.each([
    ['/', {}, 'hello', '/'],
    ['/any/path', {}, 'hello', '/any/path'],
    ['/lambda-url/hello', {}, 'hello', '/'],
    // As Cargo Lambda's users call the only one.
    ['/lambda-url/_/x', {}, 'hello', '/x'],
    ['/lambda-url/hello/', {}, 'hello', '/'],
    ['/lambda-url/hello/a//b', {}, 'hello', '/a//b'],
    ['/lambda-url/hello?x=1', {}, 'hello', '/'],
    ['/lambda-url/h%65llo/x', {}, 'hello', '/x'],
    ['/x', { host: 'hello.lambda-url.localhost:9000' }, 'hello', '/x'],
    [
      '/2015-03-31/functions/hello/invocations',
      { host: 'hello.lambda-url.localhost' },
      'hello',
      '/2015-03-31/functions/hello/invocations',
    ],
  ])('%s %o', async (path, headers, name, rawPath) => {
    const service = await serve([echo()]);
    const event = await eventOf(service, path, { headers: headers as Record<string, string> });
    expect([event.requestContext.apiId, event.rawPath, event.routeKey]).toEqual([name, rawPath, '$default']);
  });

  it('by its own URL, as the library tells it', async () => {
    const one = await serve([echo()]);
    expect(one.urlOf('hello')).toBe(`${one.url}/`);
    const both = await serve([echo()], two);
    expect(both.urlOf('other')).toBe(`${both.url}/lambda-url/other/`);
    expect((await http(both.urlOf('other'))).status).toBe(200);
  });

  it.each([
    ['/', 'No function answers here.'],
    ['/lambda-url/nobody/x', "There is no function 'nobody'."],
    ['/lambda-url/', "There is no function ''."],
    ['/lambda-url/%E0%A4%A/', "There is no function '%E0%A4%A'."],
  ])('of two functions %s is neither, and both are named', async (path, what) => {
    const service = await serve([echo()], two);
    const answer = await http(`${service.url}${path}`);
    expect([answer.status, answer.text]).toEqual([
      404,
      `${what}\nThe functions are at:\n  /lambda-url/hello/\n  /lambda-url/other/\n`,
    ]);
  });

  it('by a route', async () => {
    const router = [
      { path: '/users/{id}', methods: ['GET'], function: 'hello' },
      { path: '/files/{*rest}', function: 'other' },
    ];
    const service = await serve([echo()], { ...two, router });
    const user = await eventOf(service, '/users/7?x=1');
    expect([user.requestContext.apiId, user.routeKey, user.pathParameters, user.rawPath]).toEqual([
      'hello',
      'GET /users/{id}',
      { id: '7' },
      '/users/7',
    ]);
    const file = await eventOf(service, '/files/a/b', { method: 'PUT', body: 'x' });
    expect([file.requestContext.apiId, file.pathParameters]).toEqual(['other', { rest: 'a/b' }]);
    expect((await http(`${service.url}/users/7`, { method: 'POST' })).status).toBe(404);
  });
});

describe('the event', () => {
  it('has the request as AWS describes it', async () => {
    const service = await serve([echo()]);
    const answer = await http(`${service.url}/p%20q/r?a=1&a=2&b=x%20y&c`, {
      method: 'PATCH',
      headers: {
        'Content-Type': 'text/plain',
        'X-Mixed': 'CaSe',
        'User-Agent': 'test/1',
        Cookie: 'a=1; b=2',
      },
      body: 'Grüße',
    });
    const event = JSON.parse(answer.text) as UrlEvent;
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/p%20q/r',
      rawQueryString: 'a=1&a=2&b=x%20y&c',
      queryStringParameters: { a: '1,2', b: 'x y', c: '' },
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'text/plain', 'x-mixed': 'CaSe', 'x-forwarded-for': '127.0.0.1' },
      requestContext: {
        accountId: 'anonymous',
        domainName: '127.0.0.1',
        requestId: answer.headers['x-amzn-requestid'],
        http: {
          method: 'PATCH',
          path: '/p q/r',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
      },
      body: 'Grüße',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
    const { 'x-amzn-trace-id': root } = event.headers;
    expect(answer.headers['x-amzn-trace-id']).toMatch(new RegExp(`^${root!.toLowerCase()};parent=`));
  });

  it('has bytes that are no text in base64', async () => {
    const service = await serve([echo()]);
    const bytes = Buffer.from([0, 255, 1, 254]);
    const event = await eventOf(service, '/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: bytes,
    });
    expect([event.body, event.isBase64Encoded]).toEqual([bytes.toString('base64'), true]);
  });

  it('arises from any request that Node.js can send', async () => {
    const service = await serve([echo()]);
    const header = fc.stringMatching(/^[ -~\u00a1-\u00ff]{0,20}$/).map((value) => value.trim());
    const path = fc.stringMatching(/^\/[\w/.~:!$&'()*+,;=@%?-]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(path, header, fc.uint8Array({ maxLength: 200 }), async (url, value, body) => {
        const event = await eventOf(service, `/lambda-url/hello${url}`, {
          method: 'POST',
          headers: { 'X-Any': Buffer.from(value, 'latin1').toString('latin1') },
          body: Buffer.from(body),
        });
        const sent = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
        expect([...sent]).toEqual([...body]);
        const [rawPath, ...query] = url.split('?');
        expect([event.rawPath, event.rawQueryString]).toEqual([rawPath, query.join('?')]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the answer', () => {
  it.each<[string, unknown, number, string, string]>([
    ['an object without a statusCode', { hello: 'world' }, 200, 'application/json', '{"hello":"world"}'],
    ['a string', 'hello', 200, 'application/json', 'hello'],
    ['a number', 3.1, 200, 'application/json', '3.1'],
    ['null', null, 200, 'application/json', 'null'],
    ['a response', { statusCode: 418, body: 'teapot' }, 418, 'application/json', 'teapot'],
    [
      'a content type',
      { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
      200,
      'text/html',
      '<p>',
    ],
    [
      'base64',
      { statusCode: 200, isBase64Encoded: true, body: 'AAH/' },
      200,
      'application/json',
      '\u0000\u0001\ufffd',
    ],
    ['no body', { statusCode: 201 }, 201, 'application/json', ''],
  ])('of %s', async (_name, value, status, type, body) => {
    const service = await serve(answering(value));
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([status, type, body]);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it('has each cookie in a header of its own', async () => {
    const service = await serve(
      answering({ statusCode: 200, cookies: ['a=1', 'b=2; Secure'], headers: { 'x-a': 'ü' } }),
    );
    const answer = await http(service.urlOf('hello'));
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2; Secure']);
    expect(Buffer.from(String(answer.headers['x-a']), 'latin1').toString()).toBe('ü');
  });

  it.each([204, 304])('has no body when its status is %d', async (statusCode) => {
    const service = await serve(answering({ statusCode, body: 'ignored' }));
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.text]).toEqual([statusCode, '']);
    expect((await http(service.urlOf('hello'))).status).toBe(statusCode);
  });

  it('has its headers but no body for HEAD', async () => {
    const service = await serve(answering({ statusCode: 200, body: 'four' }));
    const answer = await http(service.urlOf('hello'), { method: 'HEAD' });
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '4', '']);
  });

  it.each<[string, unknown, RegExp]>([
    ['a status that HTTP does not have', { statusCode: 42 }, /its statusCode is 42/],
    ['a body that is no string', { statusCode: 200, body: { a: 1 } }, /its body is \{"a":1\}/],
    ['headers that are none', { statusCode: 200, headers: { 'x y': '1' } }, /'x y' is no name/],
    ['a header with a line break', { statusCode: 200, headers: { x: 'a\r\nb: c' } }, /control character/],
  ])('is 502 for %s, and a warning says why', async (_name, value, why) => {
    const service = await serve(answering(value));
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.text]).toEqual([502, 'Internal Server Error']);
    expect(service.warnings).toEqual([expect.stringMatching(why)]);
    expect(service.warnings[0]).toContain(String(answer.headers['x-amzn-requestid']));
  });

  it('is 502 when the function fails', async () => {
    const service = await serve([next(), reportError('{"errorMessage":"secret"}'), next()]);
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.text]).toEqual([502, 'Internal Server Error']);
    expect(service.warnings).toEqual([]);
  });

  it('is 502 for what is not JSON', async () => {
    const service = await serve([next(), respond('<html>'), next()]);
    expect((await http(service.urlOf('hello'))).status).toBe(502);
    expect(service.warnings).toHaveLength(1);
  });
});

describe('invoke modes', () => {
  const PRELUDE =
    '{"statusCode":203,"headers":{"content-type":"text/event-stream","x-a":"1"},"cookies":["c=1"]}';
  const streaming = (chunks: (string | Buffer)[]) => [
    next(),
    stream(chunks, { contentType: 'application/vnd.awslambda.http-integration-response' }),
    next(),
  ];
  const whole = `${PRELUDE}${'\0'.repeat(8)}data`;

  it.each(['auto', 'RESPONSE_STREAM', 'BUFFERED'] as const)(
    '%s takes the prelude off a stream',
    async (invokeMode) => {
      const service = await serve(streaming([whole, ' and more']), { hello: { invokeMode } });
      const answer = await http(service.urlOf('hello'));
      expect([answer.status, answer.text]).toEqual([203, 'data and more']);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'x-a': '1',
        'set-cookie': ['c=1'],
      });
      expect(answer.headers['transfer-encoding']).toBe(invokeMode === 'BUFFERED' ? undefined : 'chunked');
    },
  );

  it('finds the prelude wherever the chunks are cut', async () => {
    const bytes = Buffer.from(whole);
    // Every border near the prelude's end, and some before it.
    const cuts = [1, 10, PRELUDE.length - 1];
    for (let cut = PRELUDE.length; cut <= PRELUDE.length + 9; cut += 1) cuts.push(cut);
    for (const cut of cuts) {
      const service = await serve(streaming([bytes.subarray(0, cut), bytes.subarray(cut)]));
      const answer = await http(service.urlOf('hello'));
      expect([cut, answer.status, answer.text]).toEqual([cut, 203, 'data']);
      await service.close();
    }
  });

  it('RESPONSE_STREAM sends a buffered answer as it is', async () => {
    const service = await serve(answering({ statusCode: 418, body: 'x' }), {
      hello: { invokeMode: 'RESPONSE_STREAM' },
    });
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      200,
      'application/octet-stream',
      '{"statusCode":418,"body":"x"}',
    ]);
  });

  it.each(['auto', 'BUFFERED'] as const)(
    '%s says 502 to a stream whose prelude cannot be read',
    async (invokeMode) => {
      for (const chunks of [
        ['no prelude at all'],
        [`{broken${'\0'.repeat(8)}x`],
        [`{"statusCode":9}${'\0'.repeat(8)}x`],
      ]) {
        const service = await serve(streaming(chunks), { hello: { invokeMode } });
        const answer = await http(service.urlOf('hello'));
        expect([answer.status, answer.text]).toEqual([502, 'Internal Server Error']);
        expect(service.warnings).toHaveLength(1);
        await service.close();
      }
    },
  );

  it('a stream without HTTP is the body', async () => {
    const service = await serve([next(), stream(['a', 'b'], { contentType: 'text/plain' }), next()]);
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, 'text/plain', 'ab']);
  });

  it('a content type that no header can carry does not end the service', async () => {
    const service = await serve([next(), stream(['a'], { contentType: 'text/plain\u0001' }), echo()], {
      expectMistakes: true,
      hello: { timeoutSeconds: 1 },
    });
    await http(service.urlOf('hello')).catch(() => {});
    expect((await invoke(service, '1')).status).toBe(200);
  });

  it('HEAD and 204 end, though a body is streamed', async () => {
    const service = await serve([
      forever(
        next(),
        stream([`{"statusCode":204}${'\0'.repeat(8)}`, 'ignored'], {
          contentType: 'application/vnd.awslambda.http-integration-response',
        }),
      ),
    ]);
    const answer = await http(service.urlOf('hello'));
    expect([answer.status, answer.text]).toEqual([204, '']);
    const head = await openHttp(service.urlOf('hello'), { method: 'HEAD' });
    expect(head.statusCode).toBe(204);
    head.resume();
  });
});
