import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BOOTSTRAP, invoke, invokeIdle, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { call, echo, exit, forever, hang, next, respond, waitFor } from '../support/runtime-actions.js';
import { arrived, until } from '../support/steering.js';

/** How many environments there are, and which of them is used. */

describe('environments', () => {
  it('are used again, one invocation after the other', async () => {
    const service = await serve([echo()]);
    for (let number = 1; number <= 20; number += 1) {
      expect((await invokeIdle(service, String(number))).text).toBe(String(number));
    }
    expect(service.runtimes.starts).toHaveLength(1);
    expect(service.environmentCount('hello')).toBe(1);
  });

  describe('that have answered and not yet asked for more', () => {
    beforeEach(() => {
      // Time stands still but for what a test says: the grace for a poll never runs out by itself.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('serve a caller that goes on at once, even at the limit', async () => {
      const service = await serve([echo()], { concurrency: 1 });
      for (let number = 1; number <= 100; number += 1) {
        expect((await invoke(service, String(number))).text).toBe(String(number));
      }
      expect(service.runtimes.starts).toHaveLength(1);
    });

    it('are not waited for when they do not ask', async () => {
      const service = await serve((number) => (number === 1 ? [next(), respond('1'), hang()] : [echo()]));
      expect((await invoke(service)).text).toBe('1');
      const [second] = await arrived(service, (onWritten) => invoke(service, '2', { onWritten }));
      expect(service.runtimes.starts).toHaveLength(1);
      vi.advanceTimersByTime(10);
      expect((await second!).text).toBe('2');
      expect(service.environmentCount('hello')).toBe(2);
    });

    it('are not waited for at the limit either', async () => {
      const service = await serve([next(), respond('1'), hang()], { concurrency: 1 });
      expect((await invoke(service)).text).toBe('1');
      const [second] = await arrived(service, (onWritten) => invoke(service, '2', { onWritten }));
      vi.advanceTimersByTime(10);
      expect((await second!).status).toBe(429);
    });

    it('may end instead: then they start again', async () => {
      const gate = latch();
      const service = await serve((number) =>
        number === 1 ? [next(), respond('1'), waitFor(gate), exit(1)] : [echo()],
      );
      expect((await invoke(service)).text).toBe('1');
      const [second] = await arrived(service, (onWritten) => invoke(service, '2', { onWritten }));
      gate.open();
      expect((await second!).text).toBe('2');
      expect(service.environmentCount('hello')).toBe(1);
    });

    it('tell who waits for them when the service closes, once', async () => {
      const service = await serve([next(), respond('1'), hang()]);
      expect((await invoke(service)).text).toBe('1');
      const [second] = await arrived(service, (onWritten) => invoke(service, '2', { onWritten }));
      const closed = service.close();
      expect((await second!).status).toBe(500);
      vi.advanceTimersByTime(1_000);
      await closed;
      expect(service.runtimes.starts).toHaveLength(1);
    });
  });

  it('are as many as there are invocations at once', async () => {
    const all = latch();
    let handed = 0;
    const service = await serve([
      next(),
      call(() => {
        handed += 1;
        if (handed === 50) all.open();
      }),
      // Nobody is answered before all have their event: each has an environment of its own.
      waitFor(all),
      respond((event) => event.body),
      echo(),
    ]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => invoke(service, String(number))),
    );
    expect(answers.map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 50 }, (_, number) => number),
    );
    expect(service.environmentCount('hello')).toBe(50);
    const { starts } = service.runtimes;
    for (const name of ['TMPDIR', 'AWS_LAMBDA_RUNTIME_API', 'AWS_LAMBDA_LOG_STREAM_NAME']) {
      expect(new Set(starts.map(({ env }) => env[name])).size).toBe(50);
    }
    // All are idle now, and taken again before a new one is made.
    await service.runtimes.settled();
    await Promise.all(Array.from({ length: 50 }, () => invoke(service)));
    expect(starts).toHaveLength(50);
  });

  it('retire when they had nothing to do for a while', async () => {
    const closed = latch();
    const service = await serve([echo()], {
      keepAliveSeconds: 0.05,
      onEvent: (event) => {
        if (event.type === 'environment.closed' && event.reason === 'idle') closed.open();
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await closed;
    expect(service.environmentCount('hello')).toBe(0);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('settings that are left undefined have their defaults', async () => {
    const service = await serve([echo()], {
      functions: [{ name: 'hello', bootstrap: BOOTSTRAP, timeoutSeconds: undefined, memoryMb: undefined }],
    });
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts[0]!.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']).toBe('128');
  });
});

describe('the limit of invocations at once', () => {
  it('throttles who waits for an answer, and queues who does not', async () => {
    const gate = latch();
    const handled: string[] = [];
    const service = await serve(
      [
        next(),
        waitFor(gate),
        respond('"first"'),
        forever(
          next(),
          call((start) => handled.push(String(start.events.at(-1)?.body))),
          respond((event) => event.body),
        ),
      ],
      { concurrency: 1 },
    );
    const first = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    const refused = await invoke(service);
    expect([refused.status, refused.headers['x-amzn-errortype']]).toEqual([429, 'TooManyRequestsException']);
    expect(JSON.parse(refused.text)).toEqual({
      Reason: 'ConcurrentInvocationLimitExceeded',
      Type: 'User',
      message: 'Rate Exceeded.',
    });
    const byUrl = await http(service.urlOf('hello'));
    expect(byUrl.status).toBe(429);
    const headers = { 'X-Amz-Invocation-Type': 'Event' };
    for (const event of ['1', '2', '3']) {
      const queued = await invoke(service, event, { headers });
      expect([queued.status, queued.text]).toEqual([202, '']);
    }
    expect(handled).toEqual([]);
    gate.open();
    expect((await first).text).toBe('"first"');
    await until(() => handled.length === 3);
    expect(handled).toEqual(['1', '2', '3']);
    expect((await invokeIdle(service, '4')).text).toBe('4');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('counts over all functions', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      concurrency: 1,
      functions: [
        { name: 'one', bootstrap: BOOTSTRAP },
        { name: 'two', bootstrap: BOOTSTRAP },
      ],
    });
    const first = invoke(service, '{}', { name: 'one' });
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    expect((await invoke(service, '{}', { name: 'two' })).status).toBe(429);
    gate.open();
    expect((await first).status).toBe(200);
  });
});

describe('a machine that has no room for another environment', () => {
  it('is told to callers, and the service goes on', async () => {
    const gate = latch();
    const told: string[] = [];
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      onWarning: (text) => told.push(text),
    });
    const first = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    // Its folders lie in this one, which is not there for a while: the file system refuses.
    const folder = dirname(service.runtimes.starts[0]?.env['TMPDIR'] ?? '');
    await rename(folder, `${folder}-away`);
    const second = await invoke(service);
    const third = await http(service.urlOf('hello'));
    await rename(`${folder}-away`, folder);
    expect([second.status, second.headers['x-amzn-errortype']]).toEqual([500, 'ServiceException']);
    expect(second.text).toContain('No execution environment can be made: ENOENT');
    expect(third.status).toBe(502);
    expect(told.filter((text) => text.includes('no environment can be made'))).toHaveLength(2);
    const fourth = invoke(service);
    await until(() => service.runtimes.starts[1]?.doing === 'waiting');
    gate.open();
    expect([(await first).status, (await fourth).status]).toEqual([200, 200]);
  });
});
