import { describe, expect, it } from 'vitest';
import { httpCorsHeaders, httpPreflightResponse } from './http-api-cors.js';
import { toHttpApiResponse, toHttpApiResponse1 } from './http-api-response.js';
import { toProxyResponse } from './proxy-response.js';

const payload = (value: unknown) => Buffer.from(JSON.stringify(value));
const rest = (value: unknown, decodes = false) =>
  toProxyResponse(payload(value), { decodes: () => decodes, defaultType: 'application/json' });

describe('a REST API answers', () => {
  // SNAP:apigateway/test_apigateway_lambda#test_aws_proxy_response_payload_format_validation.
  it.each([
    [{ statusCode: 200 }, 200, [['content-type', 'application/json']], ''],
    [{ statusCode: '201' }, 201, [['content-type', 'application/json']], ''],
    [
      { headers: { a: 'b' } },
      200,
      [
        ['a', 'b'],
        ['content-type', 'application/json'],
      ],
      '',
    ],
    [{ statusCode: 200, headers: null }, 200, [['content-type', 'application/json']], ''],
    [
      { statusCode: 200, headers: { a: true } },
      200,
      [
        ['a', 'true'],
        ['content-type', 'application/json'],
      ],
      '',
    ],
    [
      { statusCode: 200, multiValueHeaders: { test: ['value1', 'value2'] } },
      200,
      [
        ['content-type', 'application/json'],
        ['test', 'value1'],
        ['test', 'value2'],
      ],
      '',
    ],
    [
      { statusCode: 200, headers: { test: 'value-solo' }, multiValueHeaders: { test: ['value-multi'] } },
      200,
      [
        ['test', 'value-solo'],
        ['content-type', 'application/json'],
        ['test', 'value-multi'],
      ],
      '',
    ],
    [
      { statusCode: 200, headers: {}, multiValueHeaders: { 'content-type': ['text/html'] }, body: '<p>' },
      200,
      [['content-type', 'text/html']],
      '<p>',
    ],
    [
      { statusCode: 200, body: 'YWJj', isBase64Encoded: true },
      200,
      [['content-type', 'application/json']],
      'YWJj',
    ],
  ])('%j', (value, status, headers, body) => {
    expect(rest(value)).toEqual({ status, headers, body });
  });

  it('with bytes where the types allow it', () => {
    expect(rest({ statusCode: 200, body: 'YWJj', isBase64Encoded: true }, true)).toMatchObject({
      body: Buffer.from('abc'),
    });
  });

  it.each([
    [{ statusCode: 200, wrongValue: 1 }],
    [{}],
    [{ statusCode: 200, multiValueHeaders: { a: 'b' } }],
    [{ statusCode: 200, multiValueHeaders: [] }],
    [{ statusCode: 'test' }],
    ['text'],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, isBase64Encoded: 'yes' }],
  ])('with 502 to %j', (value) => {
    expect(rest(value)).toMatchObject({ kind: 'unsendable' });
  });
});

describe('an HTTP API answers', () => {
  it('with what has a status, as text unless it says otherwise', () => {
    expect(toHttpApiResponse(payload({ statusCode: 200, body: 'hi' }))).toMatchObject({
      headers: [['content-type', 'text/plain;charset=UTF-8']],
      body: 'hi',
    });
    expect(toHttpApiResponse(payload({ statusCode: 200, cookies: ['a=1', 'b=2'] }))).toMatchObject({
      headers: expect.arrayContaining([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]),
    });
  });

  it('with JSON of all that has none', () => {
    expect(toHttpApiResponse(payload({ message: 'hi' }))).toMatchObject({
      status: 200,
      headers: [['content-type', 'application/json']],
    });
  });

  it('with 500 to the same, where the integration is of version 1.0', () => {
    expect(toHttpApiResponse1(payload({ message: 'hi' }))).toMatchObject({ kind: 'unsendable' });
    expect(toHttpApiResponse1(payload({ headers: {} }))).toMatchObject({ kind: 'unsendable' });
    expect(toHttpApiResponse1(payload({ statusCode: 204 }))).toMatchObject({ status: 204 });
  });
});

describe("an HTTP API's CORS", () => {
  const cors = {
    allowOrigins: ['https://a.example', 'http://*'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['x-a'],
    exposeHeaders: ['x-b'],
    maxAge: 60,
  };

  it('answers a preflight without a body', () => {
    expect(httpPreflightResponse(cors, { origin: 'https://a.example', method: 'GET' })).toEqual({
      status: 204,
      body: '',
      headers: [
        ['access-control-allow-origin', 'https://a.example'],
        ['access-control-allow-headers', 'x-a'],
        ['access-control-allow-methods', 'GET,POST'],
        ['access-control-expose-headers', 'x-b'],
        ['access-control-max-age', '60'],
      ],
    });
  });

  it.each([
    ['http://any.example', 'http://any.example'],
    ['https://b.example', undefined],
    ['https://A.example', 'https://A.example'],
  ])('of %s allows %s', (origin, allowed) => {
    expect(Object.fromEntries(httpCorsHeaders(cors, origin))['access-control-allow-origin']).toBe(allowed);
  });

  it('says an asterisk only to requests without credentials', () => {
    expect(httpCorsHeaders({ allowOrigins: ['*'] }, 'https://x')[0]?.[1]).toBe('*');
    expect(httpCorsHeaders({ allowOrigins: ['*'], allowCredentials: true }, 'https://x')[0]?.[1]).toBe(
      'https://x',
    );
    expect(httpCorsHeaders(cors, undefined)).toEqual([]);
  });
});
