import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ScriptedService, serve } from '../support/functions.js';
import { splitAddress } from '../support/http.js';
import { echo, forever, next, respond, stream } from '../support/runtime-actions.js';

/**
 * A plain GET is read from its bytes, anything else by node:http: nobody may see a difference. Requests are written as
 * bytes here, for Node's own client always sends a Connection header, which makes none of them plain.
 */
const GET = 'GET /p?q=1 HTTP/1.1\r\nHost: hello\r\nX-Some: a b\r\n';
const PLAIN = `${GET}\r\n`;
const COMPLETE = `${GET}Connection: keep-alive\r\n\r\n`;

describe('on one connection', () => {
  it('a plain request gets what any other gets', async () => {
    const client = await open(await serve([echo()]));
    const plain = await client.exchange(PLAIN);
    const complete = await client.exchange(COMPLETE);
    expect(masked(plain)).toBe(masked(complete));
    expect(plain).toContain('x-some');
  });

  it('plain requests go on being answered, also when several come at once', async () => {
    const client = await open(await serve([echo()]));
    client.socket.write(PLAIN);
    for (let i = 0; i < 3; i += 1) client.socket.write(PLAIN.replace('/p', `/p${i}`));
    const paths = [];
    for (let i = 0; i < 4; i += 1) paths.push(/"rawPath":"([^"]*)"/.exec(await client.answer())?.[1]);
    expect(paths).toEqual(['/p', '/p0', '/p1', '/p2']);
  });

  it('what is no function is refused by the complete server', async () => {
    const client = await open(await serve([echo()]));
    expect(await client.exchange(PLAIN)).toMatch(/^HTTP\/1\.1 200 /);
    const unknown = 'GET /2015-03-31/functions/hello/invocations HTTP/1.1\r\nHost: x\r\n\r\n';
    expect(await client.exchange(unknown)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('a client that has said all it wants to say is still answered', async () => {
    const client = await open(await serve([echo()]));
    client.socket.end(PLAIN);
    expect(await client.answer()).toContain('"rawPath":"/p"');
    await client.closed;
  });

  it('streams, and then takes the next request', async () => {
    const client = await open(await serve([forever(next(), stream(['first', 'second']))]));
    for (let i = 0; i < 2; i += 1) {
      const text = await client.exchange(PLAIN, '\r\n0\r\n\r\n');
      expect(text).toMatch(/transfer-encoding: chunked/i);
      expect(text).toMatch(/first[\s\S]*second/);
    }
  });

  it('an answer without a body has none', async () => {
    const answer = '{"statusCode":204}';
    const client = await open(await serve([forever(next(), respond(answer))]));
    expect(await client.exchange(PLAIN, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
    expect(await client.exchange(PLAIN, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
  });

  it('ends with the service', async () => {
    const service = await serve([echo()]);
    const client = await open(service);
    await client.exchange(PLAIN);
    await service.close();
    await client.closed;
  });
});

interface Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  exchange(bytes: string, end?: string): Promise<string>;
  /** The next answer: up to what a length says, or up to `end`. */
  answer(end?: string): Promise<string>;
}

async function open(service: ScriptedService): Promise<Client> {
  const [host, port] = splitAddress(service.url.replace('http://', ''));
  const socket = connect({ host, port, allowHalfOpen: true });
  let text = '';
  let wake = () => {};
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  const closed = new Promise<void>((resolve) => socket.once('end', () => resolve(void socket.end())));
  const answer = async (end?: string) => {
    for (;;) {
      const length = lengthOf(text, end);
      if (length !== undefined) {
        const whole = text.slice(0, length);
        text = text.slice(length);
        return whole;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const exchange = (bytes: string, end?: string) => {
    socket.write(bytes);
    return answer(end);
  };
  return { socket, closed, exchange, answer };
}

function lengthOf(text: string, end: string | undefined): number | undefined {
  const head = text.indexOf(end ?? '\r\n\r\n');
  if (head === -1) return undefined;
  if (end !== undefined) return head + end.length;
  const length = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return text.length >= length ? length : undefined;
}

/** Without what differs from one invocation to the next. */
function masked(answer: string): string {
  return answer
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replace(/Root=[^"\r]*/gi, '<trace>')
    .replace(/"time(Epoch)?":("[^"]*"|\d+)/g, '<time>')
    .replace(/Date: .*/g, '<date>')
    .replace(/content-length: \d+/i, '<length>');
}
