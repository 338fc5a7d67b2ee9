import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { failureOf, invoke, type ServiceOptions, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import type { Script } from '../support/runtime.js';
import {
  crash,
  echo,
  exit,
  hang,
  initError,
  next,
  reportError,
  respond,
  send,
  stream,
  waitFor,
} from '../support/runtime-actions.js';
import { until } from '../support/steering.js';
import { workers } from '../support/workers.js';

/** Functions that take several invocations at once in one environment: AWS_LAMBDA_MAX_CONCURRENCY. */

const of = (count: number, script: () => Script) => workers(...Array.from({ length: count }, script));

const concurrent = (scripts: Script | ((number: number) => Script), options: ServiceOptions = {}) =>
  serve(scripts, { ...options, hello: { maxConcurrency: 4, ...options.hello } });

const answered = (status: number, errorType: string) => ({
  status,
  text: expect.stringContaining(errorType),
});

describe('an environment of several invocations', () => {
  it('takes as many as there are polls, and the next one starts another', async () => {
    const gate = latch();
    const service = await concurrent([
      of(4, () => [next(), waitFor(gate), respond((event) => event.body), echo()]),
    ]);
    const four = [1, 2, 3, 4].map((number) => invoke(service, String(number)));
    await until(() => service.runtimes.starts[0]?.answers.length === 4);
    expect(service.runtimes.starts).toHaveLength(1);
    const fifth = invoke(service, '5');
    await until(() => service.runtimes.starts[1]?.answers.length === 1);
    gate.open();
    const texts = (await Promise.all([...four, fifth])).map(({ text }) => text);
    expect(texts).toEqual(['1', '2', '3', '4', '5']);
    expect(service.environmentCount('hello')).toBe(2);
  });

  it('has the variables that tell the runtime so', async () => {
    const service = await concurrent([echo()]);
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts[0]!.env).toMatchObject({
      AWS_LAMBDA_MAX_CONCURRENCY: '4',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      TZ: ':/etc/localtime',
    });
  });

  it('is what a function gets that sets the variable itself', async () => {
    const gate = latch();
    const service = await serve([of(2, () => [next(), waitFor(gate), respond('1')])], {
      hello: { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '2' } },
    });
    const both = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts[0]?.answers.length === 2);
    gate.open();
    expect((await Promise.all(both)).map(({ text }) => text)).toEqual(['1', '1']);
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('serves one invocation after the other, too, however few workers there are', async () => {
    // Time stands still: the grace for a poll that follows an answer never runs out.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const service = await concurrent([echo()]);
    for (let number = 1; number <= 30; number += 1)
      expect((await invoke(service, String(number))).text).toBe(String(number));
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('counts each of its invocations against the limit', async () => {
    const gate = latch();
    const service = await concurrent([of(4, () => [next(), waitFor(gate), respond('1'), echo()])], {
      hello: { reservedConcurrency: 3 },
    });
    const three = [invoke(service), invoke(service), invoke(service)];
    await until(() => service.runtimes.starts[0]?.answers.length === 3);
    expect((await invoke(service)).status).toBe(429);
    gate.open();
    expect((await Promise.all(three)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await invoke(service, '2')).status).toBe(200);
  });

  it('has its logs in JSON, without a tail', async () => {
    const service = await concurrent([echo()]);
    const answer = await invoke(service, '1', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    expect([answer.text, answer.headers['x-amz-log-result']]).toEqual(['1', undefined]);
    const formats = service.events.flatMap((event) =>
      event.type === 'platform' ? [event.logging.format] : [],
    );
    expect(new Set(formats)).toEqual(new Set(['JSON']));
  });

  it('is replaced when another generation comes, once its invocations have ended', async () => {
    const gate = latch();
    const service = await concurrent((number) =>
      number === 1 ? [of(2, () => [next(), waitFor(gate), respond('"old"'), echo()])] : [echo()],
    );
    const old = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts[0]?.answers.length === 2);
    service.update('hello', { bootstrap: process.execPath, taskRoot: '/' });
    expect((await invoke(service, '"new"')).text).toBe('"new"');
    expect(service.environmentCount('hello')).toBe(2);
    gate.open();
    expect((await Promise.all(old)).map(({ text }) => text)).toEqual(['"old"', '"old"']);
    await until(() => service.environmentCount('hello') === 1);
  });
});

describe('an invocation that takes too long', () => {
  it('is answered while the others go on; its late answer is refused once as late, then as unknown', async () => {
    const late = latch();
    const service = await concurrent(
      [
        workers(
          [
            next(),
            waitFor(late),
            respond('"late"', { status: 410 }),
            respond('"later"', { status: 400 }),
            echo(),
          ],
          [next(), waitFor(late), respond('"in time"', { status: 410 })],
        ),
      ],
      { hello: { timeoutSeconds: 0.2 } },
    );
    const [first, second] = await Promise.all([invoke(service, '1'), invoke(service, '2')]);
    for (const answer of [first, second]) expect(failureOf(answer).errorType).toBe('Sandbox.Timedout');
    expect(failureOf(first).errorMessage).toBe(
      `RequestId: ${first.headers['x-amzn-requestid']} Error: Task timed out after 0.20 seconds`,
    );
    late.open();
    await until(() => service.runtimes.answers.filter(({ status }) => status === 410).length === 2);
    // The process has gone on all the time.
    expect(service.runtimes.starts).toHaveLength(1);
    expect(service.runtimes.starts[0]!.exit).toBeUndefined();
    expect(service.runtimes.answers.find(({ status }) => status === 410)?.text).toBe(
      '{"errorMessage":"Invoke timeout","errorType":"InvokeTimeout"}',
    );
  });

  it('may be that of a worker that has died: it does not end the others', async () => {
    const service = await concurrent([workers([next()], [echo()])], { hello: { timeoutSeconds: 0.3 } });
    const both = await Promise.all([invoke(service, '1'), invoke(service, '2')]);
    expect(both.filter(({ headers }) => headers['x-amz-function-error'])).toHaveLength(1);
    expect(service.runtimes.starts).toHaveLength(1);
    expect(service.runtimes.starts[0]!.exit).toBeUndefined();
  });
});

describe('the end of the process', () => {
  it.each([
    ['exit', exit(3), 'Runtime exited with error: exit status 3'],
    ['crash', crash('SIGSEGV'), 'Runtime exited with error: signal: segmentation fault'],
  ])(
    '(%s) is told to each caller under its own id, and the next one starts it again',
    async (_how, end, text) => {
      const service = await concurrent((number) =>
        number === 1 ? [workers([next(), hang()], [next(), hang()], [next(), end])] : [echo()],
      );
      const answers = await Promise.all([invoke(service, '1'), invoke(service, '2'), invoke(service, '3')]);
      for (const answer of answers)
        expect(failureOf(answer)).toEqual({
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${answer.headers['x-amzn-requestid']} Error: ${text}`,
        });
      expect((await invoke(service, '4')).text).toBe('4');
      expect(service.environmentCount('hello')).toBe(1);
    },
  );

  it('in its init is told, and so is what it reported of it', async () => {
    const report = '{"errorType":"Broken","errorMessage":"no"}';
    const service = await concurrent((number) => (number === 1 ? [exit(1)] : [initError(report), hang()]));
    expect(failureOf(await invoke(service)).errorMessage).toContain('exit status 1');
    expect((await invoke(service)).text).toBe(report);
  });

  it('answers those who wait when the service closes', async () => {
    const service = await concurrent([of(2, () => [next(), hang()])]);
    const both = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts[0]?.answers.length === 2);
    await service.close();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([500, 500]);
  });
});

describe('what the runtime may not say', () => {
  const INVOCATION = '/2018-06-01/runtime/invocation';
  const POST = { method: 'POST', body: '1' } as const;

  it('is refused, and disturbs nobody', async () => {
    const service = await concurrent((number) =>
      number > 1
        ? [echo()]
        : [
            next(),
            send(`${INVOCATION}/unknown/response`, POST),
            send(`${INVOCATION}/unknown/error`, POST),
            respond('1', { invocationId: 'of another attempt', status: 410 }),
            reportError('{}', { invocationId: 'of another attempt', status: 410 }),
            respond('"answer"'),
            respond('"once more"', { status: 400 }),
            reportError('{}', { status: 400 }),
            echo(),
          ],
    );
    expect((await invoke(service)).text).toBe('"answer"');
    expect((await invoke(service, '2')).text).toBe('2');
    const refused = service.runtimes.starts[0]!.answers.slice(1, 8);
    expect(refused).toMatchObject([
      answered(400, 'InvalidRequestID'),
      answered(400, 'InvalidRequestID'),
      answered(410, 'InvokeTimeout'),
      answered(410, 'InvokeTimeout'),
      answered(202, 'OK'),
      answered(400, 'InvalidRequestID'),
      answered(400, 'InvalidRequestID'),
    ]);
  });

  it.each([
    ['a response', false],
    ['a streamed response', true],
  ])('is a second response while %s is on its way; an error takes its place', async (_what, streaming) => {
    const error = '{"errorType":"Broken","errorMessage":"off"}';
    const service = await concurrent((number) =>
      number > 1
        ? [echo()]
        : [
            next(),
            stream(['{"half":'], { streaming, ending: 'none' }),
            // Answered when the service has read what came before.
            send('/2018-06-01/ping', { status: 200 }),
            respond('"second"', { status: 400 }),
            reportError(error),
            reportError(error, { status: 400 }),
            echo(),
          ],
    );
    const answer = await invoke(service);
    expect([answer.text, answer.headers['x-amz-function-error']]).toEqual([error, 'Unhandled']);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.runtimes.starts[0]!.exit).toBeUndefined();
  });

  it('is more polls than it may have invocations', async () => {
    const poll = () => [send(`${INVOCATION}/next`)];
    const service = await serve([workers(poll(), poll(), poll())], {
      hello: { maxConcurrency: 2, provisionedConcurrency: 1 },
    });
    await until(() => service.runtimes.answers.length === 1);
    expect(service.runtimes.answers[0]).toMatchObject({
      status: 500,
      text: '{"errorMessage":"Internal Server Error","errorType":"InternalServerError"}',
    });
  });
});
