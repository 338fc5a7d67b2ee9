import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { extensionNext, register, subscribe } from '../support/extension-actions.js';
import { invoke, serve } from '../support/functions.js';
import type { Action } from '../support/runtime.js';
import { forever, next, print, respond, send } from '../support/runtime-actions.js';

/** Whatever an extension asks for, and however it behaves as a listener, the service goes on. */

const echo = () =>
  forever(
    next(),
    print('a line\n'),
    respond((event) => event.body),
  );

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** The members of a request, each right, wrong or missing. */
const destination = fc.record(
  {
    protocol: fc.constantFrom<unknown>('HTTP', 'TCP', 'http', null, 1),
    URI: fc.oneof(
      fc.webUrl(),
      fc.constantFrom(
        'http://sandbox.localdomain:1',
        'http://sandbox:99999',
        'http://sandbox.localdomain:1/\r\n x',
      ),
      fc.anything(),
    ),
    port: fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.anything()),
    method: fc.constantFrom<unknown>('POST', 'PUT', 'DELETE', {}),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .record(
      {
        schemaVersion: fc.constantFrom<unknown>('2022-07-01', '2025-01-29', '2020-08-15', '', 1),
        types: fc.oneof(fc.subarray(['platform', 'function', 'extension', 'x']), fc.anything()),
        destination: fc.oneof(destination, fc.anything()),
        buffering: fc.oneof(
          fc.record(
            { timeoutMs: fc.integer({ max: 40_000 }), maxItems: fc.anything() },
            { requiredKeys: [] },
          ),
          fc.anything(),
        ),
      },
      { requiredKeys: [] },
    )
    .map((request) => JSON.stringify(request)),
);

const put = (path: string, text: string): Action => {
  return async (start) => {
    const headers = { 'Lambda-Extension-Identifier': start.identifiers.get('spy')! };
    return send(path, { method: 'PUT', headers, body: Buffer.from(text) })(start);
  };
};

it('no request to subscribe ends the service', async () => {
  const path = fc.constantFrom('/2022-07-01/telemetry', '/2020-08-15/logs', '/2022-07-01/telemetry/');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, body), { minLength: 1, maxLength: 12 }), async (requests) => {
      const service = await serve([echo()], {
        extensions: {
          spy: [
            register(['INVOKE']),
            ...requests.map(([where, text]) => put(where, text)),
            forever(extensionNext()),
          ],
        },
      });
      expect((await invoke(service, '"alive"')).text).toBe('"alive"');
      await service.runtimes.settled();
      const [, ...answers] = service.runtimes.extensionStarts[0]!.answers;
      for (const { status, headers, text } of answers.slice(0, requests.length)) {
        expect([200, 400]).toContain(status);
        expect(headers['content-type']).toBe('application/json');
        JSON.parse(text);
      }
      await service.close();
    }),
    { numRuns: 25 },
  );
});

/** What a listener says to a connection, and how it leaves it. */
const reply = fc.record({
  bytes: fc.oneof(
    fc.constantFrom(
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      'HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'HTTP/1.1 204 None\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
      '',
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  ),
  ending: fc.constantFrom('open', 'end', 'reset'),
});

it.each(['HTTP', 'TCP'] as const)('no listener over %s ends the service', async (protocol) => {
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 4 }), async (replies) => {
      let asked = 0;
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('data', () => {
          const { bytes, ending } = replies[asked++ % replies.length]!;
          socket.write(bytes, 'latin1');
          if (ending === 'end') socket.end();
          else if (ending === 'reset') socket.resetAndDestroy();
        });
      });
      servers.push(server);
      const port = await listen(server, 0, '127.0.0.1');
      const service = await serve([echo()], {
        extensions: {
          spy: [
            register(['INVOKE']),
            subscribe(port, { protocol, buffering: { timeoutMs: 25 } }),
            forever(extensionNext()),
          ],
        },
      });
      for (const payload of ['1', '2']) {
        expect((await invoke(service, payload)).text).toBe(payload);
        await service.runtimes.settled();
      }
      await service.close();
    }),
    { numRuns: 15 },
  );
});
