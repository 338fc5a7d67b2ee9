import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEvent, type UrlRequest } from './function-url.js';

const request: UrlRequest = {
  method: 'GET',
  rawUrl: '/',
  rawHeaders: ['Host', 'abc.lambda-url.eu-west-1.on.aws'],
  body: new Uint8Array(),
  sourceIp: '203.0.113.7',
  domainName: 'abc.lambda-url.eu-west-1.on.aws',
  urlId: 'abc',
  accountId: 'anonymous',
  requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
  traceId: 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
  nowMs: Date.UTC(2020, 2, 12, 19, 3, 58, 390),
  protocol: 'HTTP/1.1',
};

function event(change: Partial<UrlRequest> = {}) {
  return JSON.parse(toEvent({ ...request, ...change }));
}

it('has every member of payload version 2.0', () => {
  const body = Buffer.from('{"hello":"wörld"}');
  const rawHeaders = [
    'Host',
    'h',
    'User-Agent',
    'agent',
    'Content-Type',
    'application/json; charset=utf-8',
    'Cookie',
    'a=1; b=2',
  ];
  expect(event({ method: 'POST', rawUrl: '/my/path?p=1&p=2&q=a%20b', rawHeaders, body })).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my/path',
    rawQueryString: 'p=1&p=2&q=a%20b',
    cookies: ['a=1', 'b=2'],
    headers: {
      host: 'h',
      'user-agent': 'agent',
      'content-type': 'application/json; charset=utf-8',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-amzn-trace-id': request.traceId,
    },
    queryStringParameters: { p: '1,2', q: 'a b' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-west-1.on.aws',
      domainPrefix: 'abc',
      http: {
        method: 'POST',
        path: '/my/path',
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'agent',
      },
      requestId: request.requestId,
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: request.nowMs,
    },
    body: '{"hello":"wörld"}',
    isBase64Encoded: false,
  });
});

it('leaves out cookies, parameters and body that are not there', () => {
  const plain = event();
  for (const member of ['cookies', 'queryStringParameters', 'body', 'pathParameters'])
    expect(plain).not.toHaveProperty(member);
  expect(plain).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

describe('paths', () => {
  it.each([
    ['/', '/', '/'],
    ['', '/', '/'],
    ['*', '/', '/'],
    ['//a//', '//a//', '//a//'],
    ['/pa2%25Fth/1', '/pa2%25Fth/1', '/pa2%Fth/1'],
    ['/caf%C3%A9', '/caf%C3%A9', '/café'],
    ['/100%', '/100%', '/100%'],
    ['/%zz%41', '/%zz%41', '/%zzA'],
    ['/a+b', '/a+b', '/a+b'],
    ['/a b"<|>{\\}', '/a%20b%22%3C%7C%3E%7B%5C%7D', '/a b"<|>{\\}'],
    [Buffer.from('/café').toString('latin1'), '/caf%C3%A9', '/café'],
    ['/\u2713\ud800', '/%E2%9C%93%EF%BF%BD', '/\u2713\ufffd'],
    ['http://host:1/a?b', '/a', '/a'],
    ['/redirect?to=http://x/y', '/redirect', '/redirect'],
  ])('%s', (rawUrl, rawPath, path) => {
    const { rawPath: raw, requestContext } = event({ rawUrl });
    expect([raw, requestContext.http.path]).toEqual([rawPath, path]);
  });
});

describe('query strings', () => {
  it.each([
    ['a=1', { a: '1' }],
    ['test_param=foo&test_param=/bar', { test_param: 'foo,/bar' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['%C3%A9=%26', { é: '&' }],
    ['a=%', { a: '%' }],
    ['&&a=1&', { a: '1' }],
    ['=1', { '': '1' }],
    ['a=1?b=2', { a: '1?b=2' }],
  ])('%s', (query, parameters) => {
    const { rawQueryString, queryStringParameters } = event({ rawUrl: `/?${query}` });
    expect(rawQueryString).toBe(query);
    expect(queryStringParameters).toEqual(parameters);
  });

  it('are escaped where the client should have', () => {
    expect(event({ rawUrl: '/?q="a|b"#c' })).toMatchObject({
      rawQueryString: 'q=%22a%7Cb%22%23c',
      queryStringParameters: { q: '"a|b"#c' },
    });
  });

  it('may name what JavaScript objects have by themselves', () => {
    const text = toEvent({
      ...request,
      rawUrl: '/?__proto__=1&constructor=2&__proto__=3',
      rawHeaders: ['__proto__', 'x'],
    });
    expect(text).toContain('"queryStringParameters":{"__proto__":"1,3","constructor":"2"}');
    expect(text).toContain('"__proto__":"x"');
  });
});

describe('headers', () => {
  it.each([
    [
      'lower-cased, values as they are',
      ['eXtra-Headers', 'With WeiRd CapS'],
      { 'extra-headers': 'With WeiRd CapS' },
    ],
    ['joined', ['X-A', '1', 'x-a', '2'], { 'x-a': '1,2' }],
    ['of UTF-8', ['X-A', Buffer.from('Zoë').toString('latin1')], { 'x-a': 'Zoë' }],
    ['of Latin-1', ['X-A', 'Zo\u00eb'], { 'x-a': 'Zoë' }],
    [
      'appended to a proxy before us',
      ['X-Forwarded-For', '198.51.100.1'],
      { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    ],
    [
      'not taken from the client',
      ['X-Amzn-Trace-Id', 'Root=other', 'X-Forwarded-Proto', 'ftp'],
      { 'x-amzn-trace-id': request.traceId, 'x-forwarded-proto': 'https' },
    ],
  ])('%s', (_, rawHeaders, headers) => {
    expect(event({ rawHeaders }).headers).toMatchObject(headers);
  });

  it('of the connection stay with the connection', () => {
    const rawHeaders = ['Connection', 'keep-alive', 'Transfer-Encoding', 'chunked', 'Content-Length', '3'];
    const { headers } = event({ rawHeaders });
    expect(headers).not.toHaveProperty('connection');
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).toHaveProperty('content-length', '3');
  });

  it('take the way the client came when it is known', () => {
    const { headers } = event({ forwarded: { proto: 'http', port: '9000' } });
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-port': '9000' });
  });

  it('gather the cookies of several headers', () => {
    expect(event({ rawHeaders: ['Cookie', 'a=1;b=2', 'cookie', ' c=3 ;'] })).toMatchObject({
      cookies: ['a=1', 'b=2', 'c=3'],
    });
  });

  it('show an IPv4 client as such', () => {
    const { headers, requestContext } = event({ sourceIp: '::ffff:127.0.0.1' });
    expect([headers['x-forwarded-for'], requestContext.http.sourceIp]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(event({ sourceIp: '::1' }).requestContext.http.sourceIp).toBe('::1');
  });
});

describe('bodies', () => {
  it.each([
    ['text/plain', false],
    ['text/html; charset=utf-8', false],
    ['APPLICATION/JSON', false],
    ['application/problem+json', false],
    ['application/atom+xml', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    ['application/jsonx', true],
    ['', true],
  ])('of type %s', (type, isBase64Encoded) => {
    const body = Buffer.from('a "b"\n');
    const { body: given, ...rest } = event({ body, rawHeaders: ['Content-Type', type] });
    expect(rest.isBase64Encoded).toBe(isBase64Encoded);
    expect(isBase64Encoded ? Buffer.from(given, 'base64').toString() : given).toBe('a "b"\n');
  });

  it('that are not UTF-8, or compressed, go as base64', () => {
    const text = ['Content-Type', 'text/plain'];
    expect(event({ body: Buffer.from([0xff]), rawHeaders: text })).toMatchObject({
      body: '/w==',
      isBase64Encoded: true,
    });
    const gzip = [...text, 'Content-Encoding', 'gzip'];
    expect(event({ body: Buffer.from('x'), rawHeaders: gzip })).toMatchObject({ isBase64Encoded: true });
  });

  it('may be a part of a larger buffer', () => {
    const body = new Uint8Array(Buffer.from('xxhixx').buffer.slice(0)).subarray(0, 0);
    expect(event({ body })).not.toHaveProperty('body');
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect(event({ body: part })).toMatchObject({ body: 'AgM=' });
  });
});

it('takes the route of a router', () => {
  const route = { routeKey: 'GET /users/{id}', pathParameters: { id: '7' } };
  expect(event({ route })).toMatchObject({
    routeKey: 'GET /users/{id}',
    pathParameters: { id: '7' },
    requestContext: { routeKey: 'GET /users/{id}' },
  });
  expect(event({ route: { routeKey: 'ANY /' } })).not.toHaveProperty('pathParameters');
});

it('is JSON for any request, and its body is the bytes that came', () => {
  const anything = fc.record({
    rawUrl: fc.oneof(fc.string(), fc.webUrl(), fc.string({ unit: 'binary' })),
    rawHeaders: fc
      .array(
        fc
          .tuple(
            fc.oneof(fc.constant('Content-Type'), fc.string()),
            fc.oneof(fc.constant('text/plain'), fc.string({ unit: 'binary' })),
          )
          .map((pair) => pair),
      )
      .map((pairs) => pairs.flat()),
    body: fc.oneof(
      fc.uint8Array(),
      fc.string().map((text) => new Uint8Array(Buffer.from(text))),
    ),
    method: fc.string(),
    sourceIp: fc.string(),
    domainName: fc.string(),
  });
  fc.assert(
    fc.property(anything, (change) => {
      const { body, isBase64Encoded } = event(change);
      expect(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(change.body));
    }),
    { numRuns: 500 },
  );
});
