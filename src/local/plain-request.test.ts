import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainRequest } from './plain-request.js';

const NEXT = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: 127.0.0.1:1\r\n\r\n';
const ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';

function response(body: string, headers: string[] = [`content-length: ${Buffer.byteLength(body)}`]): Buffer {
  const line = `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1`;
  return Buffer.from([line, 'host: 127.0.0.1:1', ...headers, '', body].join('\r\n'));
}

describe('a plain request', () => {
  it('is a poll', () => {
    expect(readPlainRequest(Buffer.from(NEXT))).toEqual({ kind: 'next' });
  });

  it('is an answer with its body and the attempt it is for', () => {
    const body = '{"ü":1}';
    const bytes = response(body, [
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Lambda-Runtime-Invocation-Id: abc-1',
    ]);
    expect(readPlainRequest(bytes)).toEqual({
      kind: 'response',
      requestId: ID,
      invocationId: 'abc-1',
      body: Buffer.from(body),
    });
  });

  it('may have an empty body', () => {
    expect(readPlainRequest(response(''))).toMatchObject({ kind: 'response', body: Buffer.alloc(0) });
  });
});

describe('left to the complete server', () => {
  it.each([
    ['a part of a head', NEXT.slice(0, -2)],
    ['two requests at once', NEXT + NEXT],
    ['a poll with a body', NEXT.replace('\r\n\r\n', '\r\ncontent-length: 2\r\n\r\n{}')],
    ['another path', NEXT.replace('next', 'nexT')],
    ['another method', NEXT.replace('GET', 'PUT')],
    ['another version', NEXT.replace('1.1', '1.0')],
    ['a connection that is to end', NEXT.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')],
    ['a line that is no header', NEXT.replace('\r\n\r\n', '\r\nno header\r\n\r\n')],
    ['a header over two lines', NEXT.replace('\r\n\r\n', '\r\na: b\r\n c\r\n\r\n')],
    ['a zero byte', NEXT.replace('host: ', 'host: \0')],
    ['a bare line feed', NEXT.replace('\r\n\r\n', '\r\na: b\nc: d\r\n\r\n')],
    ['a body that is not all there', response('{"a":1}').subarray(0, -1)],
    ['more than the body', Buffer.concat([response('{"a":1}'), Buffer.from('x')])],
    ['no length', response('', [])],
    ['two lengths', response('{}', ['content-length: 2', 'content-length: 2'])],
    ['a length that is no number', response('{}', ['content-length: 0x2'])],
    ['a chunked body', response('0\r\n\r\n', ['transfer-encoding: chunked'])],
    [
      'a streamed answer',
      response('{}', ['content-length: 2', 'lambda-runtime-function-response-mode: streaming']),
    ],
    ['nothing', ''],
  ])('%s', (_what, bytes) => {
    expect(readPlainRequest(Buffer.from(bytes as string))).toBeUndefined();
  });

  it('is every head that is cut or continued anywhere', () => {
    const whole = response('{"hello":"world"}');
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(readPlainRequest(whole.subarray(0, length))).toBeUndefined();
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => readPlainRequest(Buffer.from(bytes))).not.toThrow();
      }),
    );
  });
});
