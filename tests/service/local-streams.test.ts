import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { allFrames, chunk, complete, framesOf, streamInvoke } from '../support/frames.js';
import { serve } from '../support/functions.js';
import { http, openHttp } from '../support/http.js';
import { latch } from '../support/latch.js';
import {
  call,
  crash,
  echo,
  exit,
  hang,
  next,
  print,
  reportError,
  respond,
  stream,
  untilState,
  waitFor,
} from '../support/runtime-actions.js';

/** Answers that come in pieces, to a function's URL and to InvokeWithResponseStream. */

const HTTP_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE = `{"statusCode":200,"headers":{"content-type":"text/plain"}}${'\0'.repeat(8)}`;
async function* chunksOf(response: IncomingMessage): AsyncGenerator<string> {
  for await (const data of response) yield String(data);
}

describe('a function URL', () => {
  it('hands each chunk on when the function writes it', async () => {
    const [first, second] = [latch(), latch()];
    const service = await serve([
      next(),
      stream([PRELUDE, first, 'one', second, 'two'], { contentType: HTTP_TYPE }),
      next(),
    ]);
    // The head is here before there is any body.
    const response = await openHttp(service.urlOf('hello'));
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/plain']);
    const chunks = chunksOf(response);
    first.open();
    expect((await chunks.next()).value).toBe('one');
    second.open();
    expect((await chunks.next()).value).toBe('two');
    expect((await chunks.next()).done).toBe(true);
  });

  it.each([
    ['ends with an exit', exit(1)],
    ['is killed', crash('SIGKILL')],
  ])('breaks off when the process %s in the middle', async (_name, end) => {
    const read = latch();
    const service = await serve((number) =>
      number === 1
        ? [next(), stream([PRELUDE, 'half'], { contentType: HTTP_TYPE, ending: 'none' }), waitFor(read), end]
        : [echo()],
    );
    const response = await openHttp(service.urlOf('hello'));
    const chunks = chunksOf(response);
    expect((await chunks.next()).value).toBe('half');
    read.open();
    await expect(chunks.next()).rejects.toThrow('aborted');
    expect((await http(service.urlOf('hello'))).status).toBe(200);
  });

  it.each(['cut', 'malformed'] as const)(
    'breaks off when the answer is %s, and the environment goes on',
    async (ending) => {
      const read = latch();
      const service = await serve([
        next(),
        stream([PRELUDE, 'half', read], { contentType: HTTP_TYPE, ending }),
        untilState('RuntimeResponseSentState'),
        echo(),
      ]);
      const response = await openHttp(service.urlOf('hello'));
      const chunks = chunksOf(response);
      expect((await chunks.next()).value).toBe('half');
      read.open();
      await expect(chunks.next()).rejects.toThrow('aborted');
      await service.runtimes.settled();
      expect((await http(service.urlOf('hello'))).status).toBe(200);
      expect(service.runtimes.starts).toHaveLength(1);
    },
  );

  it('says 502 when the process ends before the head is known', async () => {
    const service = await serve((number) =>
      number === 1
        ? [next(), stream(['{"status'], { contentType: HTTP_TYPE, ending: 'none' }), exit(1)]
        : [echo()],
    );
    expect((await http(service.urlOf('hello'))).status).toBe(502);
  });

  it('breaks off at the timeout', async () => {
    const service = await serve(
      [next(), stream([PRELUDE, 'half'], { contentType: HTTP_TYPE, ending: 'none' }), hang()],
      { hello: { timeoutSeconds: 0.3 } },
    );
    await expect(http(service.urlOf('hello'))).rejects.toThrow('aborted');
  });
});

describe('back-pressure', () => {
  const SIZE = 64 * 1_048_576;
  const piece = Buffer.alloc(65_536, 'x');

  it.each(['a function URL', 'InvokeWithResponseStream'])(
    '%s: who reads slowly slows the function down',
    async (way) => {
      let accepted = 0;
      const counted = Array.from({ length: SIZE / piece.length }, () => [
        piece,
        // A promise that counts when it is waited for: the piece before it has been taken by the system.
        lazily(() => {
          accepted += piece.length;
        }),
      ]).flat();
      const service = await serve([next(), stream(counted, { contentType: 'text/plain' }), next()]);
      const response =
        way === 'a function URL' ? await openHttp(service.urlOf('hello')) : await streamInvoke(service);
      await standstill(() => accepted, SIZE);
      expect(accepted).toBeGreaterThan(0);
      expect(accepted).toBeLessThan(SIZE / 2);
      let received = 0;
      for await (const data of response) received += (data as Buffer).length;
      expect(accepted).toBe(SIZE);
      expect(received).toBeGreaterThanOrEqual(SIZE);
    },
  );

  it('ends with a reader that leaves: the function may finish', async () => {
    const finished = latch();
    const pieces = Array.from({ length: SIZE / piece.length }, () => piece);
    const service = await serve([
      next(),
      stream(pieces, { contentType: 'text/plain' }),
      call(() => finished.open()),
      echo(),
    ]);
    const response = await openHttp(service.urlOf('hello'));
    response.destroy();
    await finished;
    await service.runtimes.settled();
    expect((await http(service.urlOf('hello'))).status).toBe(200);
    expect(service.runtimes.starts).toHaveLength(1);
  });
});

describe('InvokeWithResponseStream', () => {
  it('sends a frame for each chunk when it is written, and one that says it is complete', async () => {
    const gate = latch();
    const service = await serve([next(), stream(['one', gate, 'two'], { contentType: 'text/x' }), next()]);
    const response = await streamInvoke(service);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-requestid': service.runtimes.starts[0]!.events[0]!.requestId,
    });
    const frames = framesOf(response);
    expect((await frames.next()).value).toEqual(chunk('one'));
    gate.open();
    expect((await frames.next()).value).toEqual(chunk('two'));
    expect((await frames.next()).value).toEqual(complete({}));
    expect((await frames.next()).done).toBe(true);
  });

  it('passes the prelude of an HTTP answer on', async () => {
    const service = await serve([next(), stream([`${PRELUDE}x`], { contentType: HTTP_TYPE }), next()]);
    expect(await allFrames(await streamInvoke(service))).toEqual([chunk(`${PRELUDE}x`), complete({})]);
  });

  it('sends a buffered answer as one chunk', async () => {
    const service = await serve([next(), respond('{"a":1}'), next()]);
    expect(await allFrames(await streamInvoke(service))).toEqual([chunk('{"a":1}'), complete({})]);
  });

  it('tells a failure in the last frame', async () => {
    const service = await serve([next(), reportError('{"errorType":"E"}', { type: 'Function.Bad' }), next()]);
    expect(await allFrames(await streamInvoke(service))).toEqual([
      complete({ ErrorCode: 'Unhandled', ErrorDetails: '{"errorType":"E"}' }),
    ]);
  });

  it('tells the end of the process after what was sent before it', async () => {
    const read = latch();
    const service = await serve([next(), stream(['half'], { ending: 'none' }), waitFor(read), exit(3)]);
    const frames = framesOf(await streamInvoke(service));
    expect((await frames.next()).value).toEqual(chunk('half'));
    read.open();
    expect((await frames.next()).value).toEqual(complete({ ErrorCode: 'Runtime.TruncatedResponse' }));
    expect((await frames.next()).done).toBe(true);
  });

  it('tells a timeout', async () => {
    const service = await serve([next(), stream(['half'], { ending: 'none' }), hang()], {
      hello: { timeoutSeconds: 0.3 },
    });
    const frames = await allFrames(await streamInvoke(service));
    expect(frames).toEqual([chunk('half'), complete({ ErrorCode: 'Sandbox.Timedout' })]);
  });

  it('carries the log when it is asked for', async () => {
    const service = await serve([next(), print('a line\n'), stream(['x']), next()]);
    const frames = await allFrames(await streamInvoke(service, { headers: { 'X-Amz-Log-Type': 'Tail' } }));
    const { LogResult } = JSON.parse(frames.at(-1)!.body) as { LogResult: string };
    expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/^START .*\na line\nEND .*\nREPORT .*\n$/);
  });

  it('is refused like Invoke', async () => {
    const service = await serve([echo()]);
    const unknown = await http(`${service.url}/2021-11-15/functions/nobody/response-streaming-invocations`, {
      method: 'POST',
      body: '{}',
    });
    expect([unknown.status, unknown.headers['x-amzn-errortype']]).toEqual([404, 'ResourceNotFoundException']);
    const bad = await streamInvoke(service, { body: 'x' });
    expect([bad.statusCode, bad.headers['x-amzn-errortype']]).toEqual([
      400,
      'InvalidRequestContentException',
    ]);
    bad.resume();
  });

  it('Invoke gets a stream as a whole', async () => {
    const service = await serve([next(), stream(['[1,', '2]']), next()]);
    const answer = await http(`${service.url}/2015-03-31/functions/hello/invocations`, {
      method: 'POST',
      body: '',
    });
    expect([answer.status, answer.text]).toEqual([200, '[1,2]']);
  });

  it('Invoke refuses a stream of more than it may answer', async () => {
    const service = await serve([next(), stream([Buffer.alloc(6_291_556, 'x'), 'x']), next()]);
    const answer = await http(`${service.url}/2015-03-31/functions/hello/invocations`, {
      method: 'POST',
      body: '',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

/** Something to wait for that is only started by the waiting. */
function lazily(fn: () => void): PromiseLike<void> {
  // biome-ignore lint/suspicious/noThenProperty: waiting is what is observed
  return { then: (done, failed) => Promise.resolve(fn()).then(done, failed) };
}

/** Until a number has not changed for many turns of the event loop, in which all of the data could have moved. */
async function standstill(value: () => number, most: number): Promise<void> {
  let last = -1;
  for (let unchanged = 0; unchanged < 500 && value() < most; unchanged += 1) {
    if (value() !== last) unchanged = 0;
    last = value();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
