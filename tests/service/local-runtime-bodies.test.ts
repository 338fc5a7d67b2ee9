import { describe, expect, it } from 'vitest';
import { failureOf, invokeIdle, serve } from '../support/functions.js';
import type { HttpAnswer } from '../support/http.js';
import {
  forever,
  next,
  print,
  raw,
  reportError,
  requestHead,
  respond,
  responsePath,
  stream,
  untilState,
} from '../support/runtime-actions.js';

/** What runtimes send: whole, too large, cut off, not JSON, not HTTP. */

function shown(answers: readonly HttpAnswer[]): unknown[] {
  return answers.map(({ status, text }) => ({ status, text }));
}

describe('bodies', () => {
  const LIMIT = 6_291_556;
  const TOO_LARGE = {
    status: 413,
    text: `{"errorMessage":"Exceeded maximum allowed payload size (${LIMIT} bytes).","errorType":"RequestEntityTooLarge"}`,
  };

  it('takes 6 MiB and 100 bytes, and not one more, and the environment goes on', async () => {
    const text = (size: number) => `"${'x'.repeat(size - 2)}"`;
    const service = await serve([
      next(),
      respond(text(LIMIT)),
      next(),
      respond(text(LIMIT + 1), { status: 413 }),
      next(),
      reportError(text(LIMIT + 1), { status: 413 }),
      forever(next(), respond('"fine"')),
    ]);
    expect((await invokeIdle(service)).body).toHaveLength(LIMIT);
    for (const attempt of [1, 2]) {
      const failed = await invokeIdle(service, String(attempt));
      expect(failed.text).toBe(
        `{"errorMessage":"Response payload size exceeded maximum allowed payload size (${LIMIT} bytes).","errorType":"Function.ResponseSizeTooLarge"}`,
      );
      failureOf(failed);
    }
    expect(shown([service.runtimes.answers[3]!, service.runtimes.answers[5]!])).toEqual([
      TOO_LARGE,
      TOO_LARGE,
    ]);
    expect((await invokeIdle(service)).text).toBe('"fine"');
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('counts the bytes of a body that does not tell its length', async () => {
    const service = await serve([
      next(),
      stream([Buffer.alloc(LIMIT, 'x'), 'xx'], { streaming: false, status: 413 }),
      forever(next(), respond('"fine"')),
    ]);
    expect(failureOf(await invokeIdle(service)).errorType).toBe('Function.ResponseSizeTooLarge');
    expect((await invokeIdle(service)).text).toBe('"fine"');
  });

  it.each([
    ['cut off', 'cut'],
    ['with nonsense between its chunks', 'malformed'],
  ] as const)('tells the caller of a body that is %s', async (_name, ending) => {
    const service = await serve([
      next(),
      stream(['"half'], { streaming: false, ending }),
      untilState('RuntimeResponseSentState'),
      forever(next(), respond('"fine"')),
    ]);
    const failed = failureOf(await invokeIdle(service));
    expect(failed.errorType).toBe('Runtime.TruncatedResponse');
    expect(failed.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: HTTP request detected as truncated$/,
    );
    expect((await invokeIdle(service)).text).toBe('"fine"');
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('tells both sides of a body that is shorter than it said', async () => {
    const service = await serve([
      next(),
      raw((start) => `${requestHead('POST', responsePath(start), { 'Content-Length': '100' })}"only this`, {
        end: true,
      }),
      forever(next(), respond('"fine"')),
    ]);
    expect(failureOf(await invokeIdle(service)).errorType).toBe('Runtime.TruncatedResponse');
    expect((await invokeIdle(service)).text).toBe('"fine"');
    expect(shown(service.runtimes.answers.slice(1, 2))).toEqual([
      {
        status: 400,
        text: '{"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}',
      },
    ]);
  });

  it('passes on what is not JSON: the Runtime API does not look into it', async () => {
    const service = await serve([next(), respond('{broken'), next(), reportError('\u0000'), next()]);
    const first = await invokeIdle(service);
    expect([first.text, first.headers['x-amz-function-error']]).toEqual(['{broken', undefined]);
    expect((await invokeIdle(service)).text).toBe('\u0000');
  });

  it('passes on an empty answer', async () => {
    const service = await serve([next(), respond(''), next()]);
    const answer = await invokeIdle(service);
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('cuts the connection of a runtime that speaks something else', async () => {
    const service = await serve([raw(() => 'SSH-2.0-whatever\r\n\r\n'), next(), respond('"fine"'), next()]);
    expect((await invokeIdle(service)).text).toBe('"fine"');
  });
});

describe('reported errors', () => {
  it('reach the caller byte by byte, and the log by their accepted type', async () => {
    const report = '{"errorType":"Kaputt","errorMessage":"it broke", "more": [1,2]}';
    const service = await serve([
      print('before\n'),
      next(),
      reportError(report, { type: 'Function.Kaputt' }),
      next(),
      reportError(report, { type: 'unhandled' }),
      next(),
    ]);
    for (const _ of [1, 2]) expect((await invokeIdle(service)).text).toBe(report);
    await service.close();
    const types = service.events.flatMap((event) =>
      event.type === 'platform' && event.record.type === 'report' ? [event.record.errorType] : [],
    );
    expect(types).toEqual(['Function.Kaputt', 'Runtime.Unknown']);
  });
});
