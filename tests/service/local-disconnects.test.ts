import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { streamInvoke } from '../support/frames.js';
import { BOOTSTRAP, invoke, type ScriptedService, serve } from '../support/functions.js';
import { http, splitAddress } from '../support/http.js';
import { type Latch, latch } from '../support/latch.js';
import { call, forever, next, respond, stream, waitFor } from '../support/runtime-actions.js';
import { arrived, until } from '../support/steering.js';

/** Callers that leave: the function goes on, its environment takes the next, and nothing stays behind. */

const INVOKE = '/2015-03-31/functions/hello/invocations';
const STREAM = '/2021-11-15/functions/hello/response-streaming-invocations';

const plain = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, headers = '') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n${headers}\r\n{}`;

const WAYS: readonly [string, string][] = [
  ['a URL, by a plain request', plain('/')],
  ['a URL', post('/')],
  ['Invoke', post(INVOKE)],
  ['Invoke with its log', post(INVOKE, 'X-Amz-Log-Type: Tail\r\n')],
  ['InvokeWithResponseStream', post(STREAM)],
];

interface Client {
  /** Cuts the connection, and comes back when the service has noticed. */
  leave(): Promise<void>;
}

/** Sends a request whose answer nobody will read. */
async function ask(service: LocalLambda, request: string): Promise<Client> {
  const [host, port] = splitAddress(new URL(service.url).host);
  const socket = connect({ host, port });
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.write(request, () => resolve()));
  return {
    async leave() {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resetAndDestroy();
      await closed;
    },
  };
}

/** The first invocation waits for `release`, the others are answered at once. */
function script(reached: Latch, release: Latch, answer = respond('"first"')) {
  const first = [next(), call(() => reached.open()), waitFor(release), answer];
  return [
    ...first,
    forever(
      next(),
      respond((event) => event.body),
    ),
  ];
}

async function isAsBefore(service: ScriptedService): Promise<void> {
  await until(() => service.runtimes.starts.every(({ doing }) => doing === 'polling'));
  await service.runtimes.settled();
  expect((await invoke(service, '"next"')).text).toBe('"next"');
  expect(service.runtimes.starts).toHaveLength(1);
  expect(service.warnings).toEqual([]);
}

describe('while the function works', () => {
  it.each(WAYS)('%s', async (_way, request) => {
    const [reached, release] = [latch(), latch()];
    const service = await serve(script(reached, release));
    const client = await ask(service, request);
    await reached;
    await client.leave();
    release.open();
    await isAsBefore(service);
    expect(service.runtimes.starts[0]!.answers.map(({ status }) => status)).not.toContain(400);
  });

  it.each(WAYS)('%s: a streamed answer is taken to its end', async (_way, request) => {
    const [reached, release] = [latch(), latch()];
    const pieces = Array.from({ length: 256 }, () => Buffer.alloc(65_536, 'x'));
    const answer = stream(pieces, { contentType: 'text/plain' });
    const service = await serve(script(reached, release, answer));
    const client = await ask(service, request);
    await reached;
    await client.leave();
    release.open();
    await isAsBefore(service);
  });
});

describe('before the function has begun', () => {
  it('an invocation that waits for a build is still invoked, as one that AWS has accepted', async () => {
    const script = [
      forever(
        next(),
        respond((event) => event.body),
      ),
    ];
    const service = await serve(script, { functions: [{ name: 'hello' }] });
    const client = await ask(service, post(INVOKE));
    await arrived(service);
    await client.leave();
    service.update('hello', { bootstrap: BOOTSTRAP, taskRoot: '/' });
    await until(() => service.runtimes.starts[0]?.events.length === 1);
    await isAsBefore(service);
  });

  it.each([
    ['a URL', '/'],
    ['Invoke', INVOKE],
    ['InvokeWithResponseStream', STREAM],
  ])('%s: half a request is none', async (_way, path) => {
    const service = await serve([
      forever(
        next(),
        respond((event) => event.body),
      ),
    ]);
    const half = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"ha`;
    const client = await ask(service, half);
    await client.leave();
    await isAsBefore(service);
    expect(service.runtimes.starts[0]!.events.map(({ body }) => String(body))).toEqual(['"next"']);
  });
});

describe('many', () => {
  it('that leave in the middle of streams leave no connection behind', async () => {
    const pieces = Array.from({ length: 64 }, () => Buffer.alloc(65_536, 'x'));
    const service = await serve([forever(next(), stream(pieces, { contentType: 'text/plain' }))]);
    const open = () => connectionsAt(Number(new URL(service.url).port));
    await http(service.urlOf('hello'));
    const before = open();
    for (let round = 0; round < 20; round += 1) {
      const response = await streamInvoke(service);
      response.destroy();
      await service.runtimes.settled();
    }
    await until(() => open() <= before);
    expect((await http(service.urlOf('hello'))).body).toHaveLength(64 * 65_536);
  });
});

/** How many connections a port of this machine has, seen from its side (proc(5): /proc/net/tcp). */
function connectionsAt(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1, -1);
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows.filter(([, address = '', , state]) => address.endsWith(local) && OPEN.has(state ?? '')).length;
}

/** ESTABLISHED, CLOSE_WAIT: what a process still holds. */
const OPEN = new Set(['01', '08']);
