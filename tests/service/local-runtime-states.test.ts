import { describe, expect, it } from 'vitest';
import type { RuntimeState } from '../../src/local/runtime-state.js';
import { failureOf, invokeIdle, serve } from '../support/functions.js';
import type { HttpAnswer } from '../support/http.js';
import { latch } from '../support/latch.js';
import type { Action, Start } from '../support/runtime.js';
import {
  call,
  exit,
  forever,
  initError,
  next,
  reportError,
  respond,
  send,
  stream,
  untilState,
} from '../support/runtime-actions.js';

/** The Runtime API over real HTTP: every state, every request, with AWS's own answers. */

const NEXT = '/2018-06-01/runtime/invocation/next';
const INIT_ERROR = '/2018-06-01/runtime/init/error';
const UNKNOWN_ID = '/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd';

function refusedTransition(from: RuntimeState, to: RuntimeState): unknown {
  return {
    status: 403,
    text: JSON.stringify({
      errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
      errorType: 'InvalidStateTransition',
    }),
  };
}

const INVALID_ID = {
  status: 400,
  text: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}',
};
const OK = { status: 202, text: '{"status":"OK"}' };

const askInitError = send(INIT_ERROR, { method: 'POST', body: '{}' });
const respondUnknown = send(`${UNKNOWN_ID}/response`, { method: 'POST', body: '{}' });
const errorUnknown = send(`${UNKNOWN_ID}/error`, { method: 'POST', body: '{}' });
/** For answers that are judged by the test: no status is a mistake of the script. */
const anyStatus = (path: 'response' | 'error'): Action => {
  return (start) =>
    send(`/2018-06-01/runtime/invocation/${start.events.at(-1)?.requestId}/${path}`, {
      method: 'POST',
      body: '"again"',
    })(start);
};

function shown(answers: readonly HttpAnswer[]): unknown[] {
  return answers.map(({ status, text }) => ({ status, text }));
}

/** The answers that the first runtime got between two marks. */
function between(start: Start | undefined, from: number, to: number): unknown[] {
  return shown(start!.answers.slice(from, to));
}

describe('a runtime that has not asked for work', () => {
  it('may not answer, for there is nothing to answer', async () => {
    const service = await serve([respondUnknown, errorUnknown, next(), respond('"done"'), next()]);
    expect((await invokeIdle(service)).text).toBe('"done"');
    expect(between(service.runtimes.starts[0], 0, 2)).toEqual([INVALID_ID, INVALID_ID]);
  });

  it('may report that it cannot initialise, and its own words reach the caller', async () => {
    const report =
      '{"errorMessage":"Runtime startup fails","errorType":"Exception","requestId":"","stackTrace":[]}';
    const service = await serve([initError(report), exit(1)]);
    const answer = await invokeIdle(service);
    failureOf(answer);
    expect(answer.text).toBe(report);
    // Tried once more inside the invocation.
    expect(service.runtimes.starts).toHaveLength(2);
  });
});

describe('a runtime that waits for work', () => {
  it('may neither answer nor report a failed init', async () => {
    const asked = latch();
    const service = await serve([
      next(),
      respond(),
      // A poll of its own connection waits while the others are refused.
      (start) => {
        void next()(start).catch(() => {});
        return Promise.resolve(undefined);
      },
      untilState('Ready'),
      anyStatus('response'),
      anyStatus('error'),
      askInitError,
      call(() => asked.open()),
      waitForEvents(2),
      respond('"second"'),
      next(),
    ]);
    await invokeIdle(service);
    await asked;
    expect(between(service.runtimes.starts[0], 2, 5)).toEqual([
      INVALID_ID,
      INVALID_ID,
      refusedTransition('Ready', 'InitError'),
    ]);
    expect((await invokeIdle(service)).text).toBe('"second"');
  });

  it('may ask again on another connection: the newest poll is answered', async () => {
    const again = latch();
    const service = await serve([
      next(),
      respond(),
      (start) => {
        void send(NEXT)(start).catch(() => {});
        return Promise.resolve(undefined);
      },
      untilState('Ready'),
      call(() => again.open()),
      next(),
      respond((event) => event.body),
      next(),
    ]);
    await invokeIdle(service);
    await again;
    // The second poll is on its way; whether it or the invocation comes first, it is the one that is answered.
    expect((await invokeIdle(service, '"to the newest"')).text).toBe('"to the newest"');
  });
});

describe('a runtime that has an event', () => {
  it('is handed the same event again when it asks again', async () => {
    const service = await serve([next(), next(), respond((event) => event.body), next()]);
    expect((await invokeIdle(service, '{"n":1}')).text).toBe('{"n":1}');
    const [first, second] = service.runtimes.starts[0]!.events;
    expect(second).toEqual({ ...first, headers: { ...second!.headers, date: expect.any(String) } });
  });

  it('may not report a failed init, nor speak of another event', async () => {
    const service = await serve([
      next(),
      askInitError,
      respondUnknown,
      errorUnknown,
      respond('"done"', { invocationId: 'an older attempt', status: 410 }),
      reportError('{}', { invocationId: 'an older attempt', status: 410 }),
      respond('"done"'),
      next(),
    ]);
    expect((await invokeIdle(service)).text).toBe('"done"');
    const stale = {
      status: 410,
      text: '{"errorMessage":"Invoke timeout","errorType":"InvokeTimeout"}',
    };
    expect(between(service.runtimes.starts[0], 1, 7)).toEqual([
      refusedTransition('Running', 'InitError'),
      INVALID_ID,
      INVALID_ID,
      stale,
      stale,
      OK,
    ]);
  });

  it('need not echo the id of the attempt', async () => {
    const service = await serve([next(), respond('"old runtime"', { invocationId: '' }), next()]);
    expect((await invokeIdle(service)).text).toBe('"old runtime"');
  });
});

describe.each([
  ['response', 'InvocationResponse'],
  ['error', 'InvocationErrorResponse'],
] as const)('a runtime whose %s is being received', (path, state) => {
  it('may do nothing else', async () => {
    const refused: unknown[] = [];
    const service = await serve([
      next(),
      async (start) => {
        const half = latch();
        const sent = stream(['"half', half, ' and half"'], {
          headers: { 'Content-Type': 'application/json' },
          path,
          streaming: false,
        })(start);
        await untilState(state)(start);
        for (const ask of [send(NEXT), anyStatus('response'), anyStatus('error'), askInitError])
          await ask(start);
        refused.push(...shown(start.answers.slice(-4)));
        half.open();
        return sent;
      },
      next(),
    ]);
    expect((await invokeIdle(service)).text).toBe('"half and half"');
    expect(refused).toEqual([
      refusedTransition(state, 'Ready'),
      refusedTransition(state, 'InvocationResponse'),
      refusedTransition(state, 'InvocationErrorResponse'),
      refusedTransition(state, 'InitError'),
    ]);
  });
});

describe('a runtime whose answer was received', () => {
  it('may only ask for more', async () => {
    const service = await serve([
      next(),
      respond('"first"'),
      anyStatus('response'),
      anyStatus('error'),
      askInitError,
      next(),
      respond('"next"'),
      next(),
    ]);
    expect((await invokeIdle(service)).text).toBe('"first"');
    expect((await invokeIdle(service)).text).toBe('"next"');
    expect(service.runtimes.starts).toHaveLength(1);
    expect(between(service.runtimes.starts[0], 1, 5)).toEqual([
      OK,
      refusedTransition('RuntimeResponseSentState', 'InvocationResponse'),
      refusedTransition('RuntimeResponseSentState', 'InvocationErrorResponse'),
      refusedTransition('RuntimeResponseSentState', 'InitError'),
    ]);
  });

  it('may not answer an older event with the next one at hand', async () => {
    const service = await serve([
      next(),
      respond('"first"'),
      next(),
      (start) => respond('"late"', { requestId: start.events[0]!.requestId, status: 400 })(start),
      respond('"second"'),
      next(),
    ]);
    await invokeIdle(service);
    expect((await invokeIdle(service)).text).toBe('"second"');
    expect(shown(service.runtimes.starts[0]!.answers.slice(3, 4))).toEqual([INVALID_ID]);
  });
});

describe('what the Runtime API does not have', () => {
  it.each<[string, string, string, number]>([
    ['GET', '/2018-06-01/ping', 'pong', 200],
    ['GET', '/', '404 page not found\n', 404],
    ['GET', '/2018-06-01/runtime/invocation', '404 page not found\n', 404],
    ['GET', '/2018-06-01/runtime/restore/next', '404 page not found\n', 404],
    ['POST', '/2018-06-01/runtime/invocation/next', '', 405],
    ['GET', '/2018-06-01/runtime/invocation/x/response', '', 405],
    ['PUT', '/2018-06-01/runtime/invocation/x/error', '', 405],
    ['GET', '/2018-06-01/runtime/init/error', '', 405],
    ['POST', '/2018-06-01/runtime/invocation//response', '404 page not found\n', 404],
    ['POST', '/2018-06-01/runtime/invocation/x/response/more', '404 page not found\n', 404],
  ])('%s %s', async (method, path, text, status) => {
    const service = await serve([send(path, { method }), next(), respond(), next()]);
    await invokeIdle(service);
    expect(service.runtimes.starts[0]!.answers[0]).toMatchObject({ status, text });
  });

  it('a query changes nothing', async () => {
    const service = await serve([
      async (start) => {
        await send(`${NEXT}?from=test`)(start);
        start.events.push({
          requestId: String(start.answers.at(-1)!.headers['lambda-runtime-aws-request-id']),
          invocationId: '',
          headers: {},
          body: Buffer.alloc(0),
        });
        return undefined;
      },
      respond('"found"', { invocationId: '' }),
      next(),
    ]);
    expect((await invokeIdle(service)).text).toBe('"found"');
  });
});

describe('response modes', () => {
  it('refuses a mode it does not know, tells the caller, and goes on', async () => {
    const service = await serve([
      next(),
      respond('"x"', { headers: { 'Lambda-Runtime-Function-Response-Mode': 'buffered' }, status: 400 }),
      forever(next(), respond('"fine"')),
    ]);
    const failed = await invokeIdle(service);
    expect(failureOf(failed).errorType).toBe('Runtime.InvalidResponseModeHeader');
    await service.runtimes.settled();
    expect(service.runtimes.answers[1]!.text).toBe(
      '{"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}',
    );
    expect((await invokeIdle(service)).text).toBe('"fine"');
    expect(service.runtimes.starts).toHaveLength(1);
  });
});

describe('GET next', () => {
  it('hands out the event with all of its headers', async () => {
    const before = Date.now();
    const service = await serve([next(), respond(), next()], { hello: { timeoutSeconds: 7 } });
    const answer = await invokeIdle(service, '{"a": 1}', {
      headers: { 'X-Amz-Client-Context': Buffer.from('{"custom":{"who":"Jürgen"}}').toString('base64') },
    });
    const { headers, body } = service.runtimes.starts[0]!.events[0]!;
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    expect(deadline).toBeGreaterThanOrEqual(before + 7_000);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 7_000);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '8',
      'lambda-runtime-aws-request-id': answer.headers['x-amzn-requestid'],
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:hello',
      'lambda-runtime-trace-id': expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
      'lambda-runtime-invocation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Buffer.from(String(headers['lambda-runtime-client-context']), 'latin1').toString('utf8')).toBe(
      '{"custom":{"who":"Jürgen"}}',
    );
    expect(body.toString()).toBe('{"a": 1}');
  });

  it('hands out events of any size up to 6 MiB, byte by byte', async () => {
    const payload = Buffer.from(`"${'ü'.repeat(3_145_727)}"`);
    expect(payload.length).toBe(6_291_456);
    const service = await serve([next(), respond((event) => String(event.body.equals(payload))), next()]);
    expect((await invokeIdle(service, payload)).text).toBe('true');
  });
});

function waitForEvents(count: number): Action {
  return async (start) => {
    while (start.events.length < count && !start.exit) await new Promise((resolve) => setImmediate(resolve));
    return undefined;
  };
}
