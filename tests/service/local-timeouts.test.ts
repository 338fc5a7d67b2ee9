import { describe, expect, it } from 'vitest';
import { failureOf, invoke, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import { call, echo, exit, hang, next, respond, stream, waitFor } from '../support/runtime-actions.js';
import { endOf, until } from '../support/steering.js';

/** The clocks: of the init, of the handler, of half an answer. */

const INIT_START = expect.stringMatching(/^INIT_START Runtime Version: provided:al2023/);
const ID = '[0-9a-f]{8}-[0-9a-f-]{27}';
describe('a timeout', () => {
  it('in the handler ends the process, not the environment', async () => {
    const service = await serve((number) => (number === 1 ? [next(), hang()] : [echo()]), {
      hello: { timeoutSeconds: 0.5 },
    });
    const answer = await invoke(service);
    expect(failureOf(answer)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        new RegExp(`^RequestId: ${ID} Error: Task timed out after 0.50 seconds$`),
      ),
    });
    expect(service.runtimes.starts[0]!.exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    expect((await invoke(service, '"again"')).text).toBe('"again"');
    const [first, second] = service.runtimes.starts;
    expect(second!.env['TMPDIR']).toBe(first!.env['TMPDIR']);
    expect(second!.env['AWS_LAMBDA_LOG_STREAM_NAME']).toBe(first!.env['AWS_LAMBDA_LOG_STREAM_NAME']);
    await service.close();
    expect(logOf(service.events)).toEqual([
      INIT_START,
      'START RequestId: ID Version: $LATEST',
      'END RequestId: ID',
      expect.stringMatching(/^REPORT .*\tInit Duration: N ms\tStatus: timeout$/),
      INIT_START,
      'START RequestId: ID Version: $LATEST',
      'END RequestId: ID',
      // The second init was inside the invocation and is part of its duration.
      expect.not.stringContaining('Init Duration'),
      'closed: closing',
    ]);
  });

  it('of the init is followed by a second try inside the invocation', async () => {
    const service = await serve((number) => (number === 1 ? [hang()] : [echo()]), { initLimitMs: 50 });
    expect((await invoke(service, '"second try"')).text).toBe('"second try"');
    await service.close();
    expect(logOf(service.events).slice(0, 4)).toEqual([
      INIT_START,
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: timeout',
      INIT_START,
      'START RequestId: ID Version: $LATEST',
    ]);
  });

  it('of both inits is told in the function’s own time', async () => {
    const service = await serve([hang()], { initLimitMs: 50, hello: { timeoutSeconds: 0.1 } });
    const failure = failureOf(await invoke(service));
    expect(failure.errorType).toBe('Sandbox.Timedout');
    expect(failure.errorMessage).toContain('Task timed out after 0.10 seconds');
    expect(service.runtimes.starts).toHaveLength(2);
    await service.close();
    expect(logOf(service.events).slice(0, 4)).toEqual([
      INIT_START,
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: timeout',
      INIT_START,
      'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: timeout',
    ]);
  });

  it('does not wait for a runtime that answers and never asks for more', async () => {
    const service = await serve((number) => (number === 1 ? [next(), respond('1'), hang()] : [echo()]), {
      hello: { timeoutSeconds: 0.5 },
    });
    expect((await invoke(service)).text).toBe('1');
    await endOf(service, 0);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('ends an answer that is only half sent', async () => {
    const service = await serve(
      (number) =>
        number === 1 ? [next(), stream(['{"half":'], { streaming: false, ending: 'none' })] : [echo()],
      { hello: { timeoutSeconds: 0.5 } },
    );
    expect(failureOf(await invoke(service)).errorType).toBe('Sandbox.Timedout');
    expect((await invoke(service, '2')).text).toBe('2');
  });

  it('of an invocation counts from the second try of its init: the deadline says so', async () => {
    const starting = latch();
    const goOn = latch();
    const service = await serve(
      (number) =>
        number === 1 ? [exit(1)] : [call(() => starting.open()), waitFor(goOn), next(), respond('1'), next()],
      { hello: { timeoutSeconds: 20 } },
    );
    const before = Date.now();
    const answer = invoke(service);
    await starting;
    const after = Date.now();
    // However long the init takes from here, it is taken from the function's time.
    await until(() => Date.now() > after + 5);
    goOn.open();
    await answer;
    const deadline = Number(service.runtimes.starts[1]!.events[0]!.headers['lambda-runtime-deadline-ms']);
    expect(deadline).toBeGreaterThanOrEqual(before + 20_000);
    expect(deadline).toBeLessThanOrEqual(after + 20_000);
  });
});
