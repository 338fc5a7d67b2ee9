import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlainGet, readPlainGet } from './plain-get.js';

const GET = 'GET /a?b=c HTTP/1.1\r\nHost: x:1\r\nUser-Agent:  me \r\n\r\n';
const withHeader = (line: string) => GET.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
const read = (text: string) => readPlainGet(Buffer.from(text, 'latin1'));

describe('a plain GET', () => {
  it('has its URL and headers', () => {
    expect(read(GET)).toEqual({
      url: '/a?b=c',
      rawHeaders: ['Host', 'x:1', 'User-Agent', 'me'],
      headers: { host: 'x:1', 'user-agent': 'me' },
    });
  });

  it.each([
    ['part of a head', GET.slice(0, -1)],
    ['two requests at once', GET + GET],
    ['another method', GET.replace('GET', 'PUT')],
    ['another version', GET.replace('1.1', '1.0')],
    ['an absolute URL', GET.replace('/a', 'http://x/a')],
    ['no host', GET.replace('Host', 'Hos')],
    ['a URL beyond ASCII', GET.replace('/a', '/ä')],
    ['a header twice', withHeader('HOST: y')],
    ['a body', withHeader('Content-Length: 2')],
    ['a body of unknown length', withHeader('transfer-encoding: chunked')],
    ['a connection that is to end', withHeader('Connection: close')],
    ['a connection that is to become another', withHeader('Upgrade: websocket')],
    ['a header over two lines', withHeader('a: b\r\n c')],
    ['a line that is no header', withHeader('no header')],
    ['a control character', withHeader('a: \x01')],
    ['a bare line feed', withHeader('a: b\nc: d')],
    ['a name that every object has', withHeader('__proto__: 1')],
    ['a long head', withHeader(`a: ${'x'.repeat(9_000)}`)],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is read as node:http reads it', async () => {
    const name = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,10}$/);
    const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,20}$/);
    const headers = fc.array(fc.tuple(name, value), { maxLength: 5 });
    const url = fc.stringMatching(/^\/[!-~]{0,20}$/);
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(url, headers, async (path, list) => {
        const lines = list.map(([key, text]) => `${key}:${text}\r\n`).join('');
        const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n`, 'latin1');
        const ours = readPlainGet(bytes);
        if (!ours) return;
        plain += 1;
        expect(ours).toEqual(await byNode(bytes));
      }),
    );
    expect(plain).toBeGreaterThan(10);
  });
});

function byNode(bytes: Buffer): Promise<PlainGet | string> {
  return new Promise((resolve) => {
    const server = createServer(({ url = '', rawHeaders, headers }) =>
      resolve({ url, rawHeaders, headers: { ...headers } }),
    );
    server.on('clientError', (error) => resolve(error.message));
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    server.emit('connection', stream);
    stream.push(bytes);
  });
}
