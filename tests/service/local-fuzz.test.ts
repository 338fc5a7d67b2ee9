import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extensionNext, register } from '../support/extension-actions.js';
import { invoke, type ScriptedService, serve } from '../support/functions.js';
import { splitAddress } from '../support/http.js';
import type { Action, Script } from '../support/runtime.js';
import { echo, forever, next } from '../support/runtime-actions.js';
import { endOf, until } from '../support/steering.js';

/**
 * Whatever anybody sends to the Runtime API or to the front, the service goes on: an invocation afterwards is
 * answered. A failing run prints its seed; `fc.assert(…, { seed, path })` plays it again.
 */

const RUNS = 60;
const token = fc.stringMatching(/^[A-Za-z-]{1,12}$/);
const name = fc.constantFrom(
  'Content-Length',
  'Transfer-Encoding',
  'Content-Type',
  'Expect',
  'Connection',
  'Upgrade',
  'Host',
  'Lambda-Runtime-Function-Response-Mode',
  'Lambda-Runtime-Function-Error-Type',
  'Lambda-Runtime-Invocation-Id',
  'X-Amz-Invocation-Type',
  'X-Amz-Client-Context',
  'X-Amz-Log-Type',
  'X-Amzn-Trace-Id',
  'Lambda-Extension-Name',
  'Lambda-Extension-Identifier',
  'Lambda-Extension-Accept-Feature',
  'Lambda-Extension-Function-Error-Type',
);
const value = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      'streaming',
      '5',
      '99999999999',
      '100-continue',
      'websocket',
      'Tail',
      'Event',
      'IDENTIFIER',
      'extension',
      '',
    ),
  },
  { weight: 10, arbitrary: fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,40}$/) },
  // What no header may hold.
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
const header = fc.tuple(fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: token }), value);
const body = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '{"events":["INVOKE"]}',
    '{"events":["INVOKE","SHUTDOWN"]}',
    '5\r\nhello\r\n0\r\n\r\n',
    'ffffffff\r\n',
    '{"a":',
  ),
  fc.string({ unit: 'binary', maxLength: 100 }),
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('POST', 'GET') },
  { weight: 2, arbitrary: fc.constantFrom('PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI', 'get') },
  { weight: 1, arbitrary: token },
);

// Without one, Node.js refuses the request before we see it.
const hostOrNot = fc.constantFrom('Host: x\r\n', 'host: hello.lambda-url.localhost\r\n', 'Host: x\r\n', '');

/** Most bodies are as long as they say: else nothing behind the parser would ever be reached. */
const framing = fc.constantFrom('length', 'length', 'none');

const request = (path: fc.Arbitrary<string>) =>
  fc
    .tuple(method, path, hostOrNot, fc.array(header, { maxLength: 4 }), body, framing)
    .map(([verb, url, host, headers, sent, framed]) => {
      const lines = headers.map((pair) => `${pair.join(': ')}\r\n`).join('');
      const length = framed === 'length' ? `Content-Length: ${sent.length}\r\n` : '';
      return Buffer.from(`${verb} ${url} HTTP/1.1\r\n${host}${lines}${length}\r\n${sent}`, 'latin1');
    });

/** Requests on one connection, each cut into two writes somewhere; then the connection is ended or destroyed. */
const conversation = (path: fc.Arbitrary<string>) =>
  fc.record({
    requests: fc.array(fc.tuple(request(path), fc.nat()), { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom('end', 'destroy' as const),
  });

const frontPath = fc.oneof(
  fc.constantFrom(
    '/',
    '*',
    'http://elsewhere/x',
    '/2015-03-31/functions/hello/invocations',
    '/2015-03-31/functions/hello/invocations?Qualifier=%24LATEST',
    '/2015-03-31/functions/%00/invocations',
    '/2021-11-15/functions/hello/response-streaming-invocations',
    '/lambda-url/hello',
    '/lambda-url/hello/%',
    '/lambda-url/',
    '//',
  ),
  fc.webPath({ size: 'small' }).map((path) => `/${path}`),
  fc.stringMatching(/^[!-~\u0080-\u00ff]{1,30}$/),
);

const runtimePath = fc.oneof(
  fc.constantFrom(
    '/2018-06-01/runtime/invocation/next',
    '/2018-06-01/runtime/invocation/ID/response',
    '/2018-06-01/runtime/invocation/ID/error',
    '/2018-06-01/runtime/invocation//response',
    '/2018-06-01/runtime/init/error',
    '/2018-06-01/runtime/restore/next',
    '/2018-06-01/ping',
    '/2020-01-01/extension/register',
    '/2020-01-01/extension/event/next',
    '/2020-01-01/extension/init/error',
    '/2020-01-01/extension/exit/error',
    '/2020-08-15/logs',
    '/2022-07-01/telemetry',
    '/',
  ),
  fc.stringMatching(/^\/[!-~]{0,30}$/),
);

type Conversation = { requests: [Buffer, number][]; end: 'end' | 'destroy' };

/** How many turns of the event loop an answer may take before we go on: some requests have none. */
const PATIENCE = 25;

/** @param id that of the invocation, and `identifier` that of an extension, in place of the words for them */
async function talk(
  address: string,
  { requests, end }: Conversation,
  id = '',
  identifier = '',
): Promise<void> {
  const [host, port] = splitAddress(address);
  const socket = connect({ host, port, noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let answered = 0;
  socket.on('error', () => {});
  socket.on('data', () => {
    answered += 1;
  });
  for (const [bytes, at] of requests) {
    const said = bytes.toString('latin1').replace('/ID/', `/${id}/`).replace('IDENTIFIER', identifier);
    const text = Buffer.from(said, 'latin1');
    const cut = at % (text.length + 1);
    socket.write(text.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(text.subarray(cut));
    const before = answered;
    for (let turn = 0; turn < PATIENCE && answered === before && !socket.destroyed; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (socket.destroyed) break;
  }
  if (end === 'end') socket.end();
  await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  await closed;
}

async function expectAlive(service: ScriptedService): Promise<void> {
  const answer = await invoke(service, '"alive"');
  expect([answer.status, answer.text]).toEqual([200, '"alive"']);
}

it('no request to the front ends the service', async () => {
  const service = await serve([echo()]);
  await fc.assert(
    fc.asyncProperty(conversation(frontPath), async (said) => {
      await talk(service.url.slice('http://'.length), said as Conversation);
      await expectAlive(service);
    }),
    { numRuns: RUNS },
  );
});

it('nothing that an extension says or leaves unsaid ends the service', async () => {
  // In init and in an invocation: it can spoil its own states, or keep both from ending.
  await fc.assert(
    fc.asyncProperty(
      fc.array(conversation(runtimePath), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (all, inInit) => {
        const says: Action = async (start) => {
          const api = start.env['AWS_LAMBDA_RUNTIME_API']!;
          const identifier = start.identifiers.get('extension');
          for (const said of all) await talk(api, said as Conversation, '', identifier);
          return { kind: 'exit', status: 1 };
        };
        const disturbing = [register(['INVOKE']), ...(inInit ? [] : [extensionNext()]), says];
        const service = await serve([echo()], {
          initLimitMs: 500,
          hello: { timeoutSeconds: 0.5 },
          extensions: {
            extension: (number) =>
              number === 1 ? disturbing : [register(['INVOKE']), forever(extensionNext())],
          },
        });
        expect((await invoke(service)).status).toBe(200);
        await until(() => service.runtimes.extensionStarts[0]!.exit);
        await expectAlive(service);
        await service.close();
      },
    ),
    { numRuns: RUNS },
  );
});

it.each([
  ['one invocation at a time', 1],
  ['several at once', 3],
])('no other connection to the Runtime API ends the service: %s', async (_how, maxConcurrency) => {
  // It can answer for the runtime, or spoil its states: that is one invocation's loss.
  await fc.assert(
    fc.asyncProperty(fc.array(conversation(runtimePath), { minLength: 1, maxLength: 3 }), async (all) => {
      const disturbed: Script = [
        next(),
        async (start) => {
          const id = start.events[0]!.requestId;
          for (const said of all) await talk(start.env['AWS_LAMBDA_RUNTIME_API']!, said as Conversation, id);
          return { kind: 'exit', status: 1 };
        },
      ];
      const service = await serve((number) => (number === 1 ? disturbed : [echo()]), {
        hello: { maxConcurrency },
      });
      const answer = await invoke(service);
      expect(answer.status).toBe(200);
      // What answered for the runtime may also have asked for more in its name: the next invocation waits for the end.
      await endOf(service, 0);
      await expectAlive(service);
      await service.close();
    }),
    { numRuns: RUNS },
  );
});
