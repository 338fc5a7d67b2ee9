import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as url from './function-url-response.js';

interface Recorded {
  cases: { returned: unknown; body: string }[];
  failures: Record<string, { status: number; body: string }>;
}

const { cases, failures } = golden<Recorded>('function-url');
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** The response to a JSON text; fails on one that cannot be sent. */
function respond(text: string) {
  const response = url.toResponse(bytes(text));
  if (response.kind === 'unsendable') throw new Error(response.why);
  return { ...response, body: Buffer.from(response.body as string).toString() };
}

describe('recorded responses', () => {
  it.each(cases)('$returned', ({ returned, body }) => {
    expect(respond(JSON.stringify(returned))).toEqual({
      status: 200,
      headers: [['content-type', 'application/json']],
      body,
    });
  });

  it.each([
    ['function error', url.BAD_GATEWAY],
    ['unknown URL', url.unknownUrl()],
    ['forbidden', url.forbidden()],
  ])('%s', (name, { status, body }) => {
    expect({ status, body }).toEqual({ status: failures[name]?.status, body: failures[name]?.body });
  });
});

describe('a value without statusCode', () => {
  it.each([
    [' { "a" : [ 1 ,\n\t2 ] , "b c" : "x \\" y " } ', '{"a":[1,2],"b c":"x \\" y "}'],
    ['{"big":12345678901234567890,"exact":1.0}', '{"big":12345678901234567890,"exact":1.0}'],
    ['"line\\nbreak \\u00e9"', 'line\nbreak é'],
    ['null', 'null'],
    ['', ''],
    ['{"body":"x","headers":{}}', '{"body":"x","headers":{}}'],
  ])('%j is the body itself', (returned, body) => {
    expect(respond(returned)).toMatchObject({ status: 200, body });
  });

  it('is not copied when it is compact', () => {
    const payload = Buffer.from('{"a":"b c"}'.replace(' ', ''));
    const response = url.toResponse(payload);
    expect(response.kind === undefined && response.body).toMatchObject({ buffer: payload.buffer });
  });
});

describe('a description', () => {
  it.each([
    [{ statusCode: 201 }, { status: 201, headers: [['content-type', 'application/json']], body: '' }],
    [
      { statusCode: '404', body: null },
      { status: 404, body: '' },
    ],
    [
      { statusCode: 200, headers: { 'Content-Type': 'text/html', 'X-N': 3, 'X-B': true } },
      {
        headers: [
          ['Content-Type', 'text/html'],
          ['X-N', '3'],
          ['X-B', 'true'],
        ],
      },
    ],
    [
      { statusCode: 200, cookies: ['a=1', 'b=2'] },
      {
        headers: [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['content-type', 'application/json'],
        ],
      },
    ],
    [
      { statusCode: 200, headers: null, cookies: null, multiValueHeaders: {} },
      { headers: [['content-type', 'application/json']] },
    ],
    [
      {
        statusCode: 200,
        headers: { 'content-length': '99', 'Transfer-Encoding': 'chunked', Connection: 'close' },
      },
      { headers: [['content-type', 'application/json']] },
    ],
    [{ statusCode: 200, body: 'aGVsbG8=', isBase64Encoded: true }, { body: 'hello' }],
    [{ statusCode: 200, body: 'aGVsbG8=', isBase64Encoded: false }, { body: 'aGVsbG8=' }],
    [{ statusCode: 200, body: '', isBase64Encoded: true }, { body: '' }],
  ])('%o', (returned, expected) => {
    expect(respond(JSON.stringify(returned))).toMatchObject(expected);
  });

  it('sends header values as bytes of UTF-8', () => {
    const { headers } = respond(JSON.stringify({ statusCode: 200, headers: { 'x-name': 'Zoë' } }));
    expect(Buffer.from(headers[0]?.[1] ?? '', 'latin1').toString('utf8')).toBe('Zoë');
  });
});

describe('what cannot be sent', () => {
  it.each([
    ['{"a":', 'it returned something that is not JSON'],
    [{ statusCode: 'test' }, 'its statusCode is "test", and must be a number from 200 to 599'],
    [{ statusCode: 100 }, 'its statusCode is 100, and must be a number from 200 to 599'],
    [{ statusCode: 600 }, 'its statusCode is 600, and must be a number from 200 to 599'],
    [{ statusCode: 200.5 }, 'its statusCode is 200.5, and must be a number from 200 to 599'],
    [{ statusCode: 200, headers: [] }, 'its headers are [], and must be an object of strings'],
    [{ statusCode: 200, headers: { a: ['b'] } }, `its header 'a' is ["b"], and must be a string`],
    [{ statusCode: 200, headers: { 'a b': 'c' } }, "'a b' is no name that a header can have"],
    [{ statusCode: 200, headers: { a: 'b\r\nc: d' } }, "its header 'a' holds a control character"],
    [{ statusCode: 200, cookies: 'a=1' }, 'its cookies are "a=1", and must be an array of strings'],
    [{ statusCode: 200, cookies: [1] }, 'one of its cookies is 1, and must be a string'],
    [{ statusCode: 200, cookies: ['a\nb'] }, 'one of its cookies holds a control character'],
    [{ statusCode: 200, body: { a: 1 } }, 'its body is {"a":1}, and must be a string'],
    [
      { statusCode: 200, body: 'hello world!', isBase64Encoded: true },
      'it says that its body is base64 (isBase64Encoded), and the body is not',
    ],
  ])('%j', (returned, why) => {
    expect(url.toResponse(bytes(returned))).toEqual({ kind: 'unsendable', why });
  });
});

const LEGAL_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const LEGAL_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

it('never throws, and never gives Node.js a header it would refuse', () => {
  const text = fc.string({ unit: 'binary' });
  const described = fc.record(
    {
      statusCode: fc.oneof(fc.integer({ min: 0, max: 700 }), fc.anything()),
      headers: fc.oneof(fc.dictionary(text, text), fc.jsonValue()),
      cookies: fc.oneof(fc.array(text), fc.jsonValue()),
      body: fc.oneof(text, fc.jsonValue()),
      isBase64Encoded: fc.boolean(),
    },
    { requiredKeys: ['statusCode'] },
  );
  const payload = fc.oneof(
    fc.uint8Array(),
    fc.json().map(bytes),
    described.map((value) => bytes(JSON.stringify(value, unbig))),
  );
  fc.assert(
    fc.property(payload, (payload) => {
      const response = url.toResponse(payload);
      if (response.kind === 'unsendable') return;
      expect(response.status).toBeGreaterThanOrEqual(200);
      for (const [name, value] of response.headers) {
        expect(name).toMatch(LEGAL_NAME);
        expect(value).toMatch(LEGAL_VALUE);
      }
    }),
    { numRuns: 1000 },
  );
});

function unbig(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

it('keeps the meaning of any JSON', () => {
  const withoutStatus = fc
    .json()
    .filter((json) => typeof JSON.parse(json) !== 'string' && !json.includes('statusCode'));
  fc.assert(
    fc.property(withoutStatus, fc.nat(4), (json, indent) => {
      const spaced = JSON.stringify(JSON.parse(json), null, indent);
      expect(respond(spaced).body).toBe(JSON.stringify(JSON.parse(json)));
    }),
  );
});

it.each([
  ['throttled', url.tooManyRequests(), 429],
  ['too large', url.contentTooLarge(), 413],
  ['failed', url.BAD_GATEWAY, 502],
])('answers %s with its status and JSON type', (_, response, status) => {
  expect(response.status).toBe(status);
  expect(response.headers[0]).toEqual(['content-type', 'application/json']);
});
