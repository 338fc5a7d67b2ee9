import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BOOTSTRAP,
  failureOf,
  invoke,
  invokeIdle,
  type ScriptedService,
  serve,
} from '../support/functions.js';
import { exchangeBytes, type HttpAnswer, http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import type { Action } from '../support/runtime.js';
import {
  call,
  crash,
  exit,
  forever,
  hang,
  next,
  print,
  reportError,
  respond,
  stream,
  waitFor,
} from '../support/runtime-actions.js';

const INIT_START = expect.stringMatching(/^INIT_START Runtime Version: provided:al2023/);
const ID = '[0-9a-f]{8}-[0-9a-f-]{27}';
const echo = () =>
  forever(
    next(),
    respond((event) => event.body),
  );

function exitMessage(what: string): RegExp {
  return new RegExp(`^RequestId: ${ID} Error: Runtime exited ${what}$`);
}

const WAYS_OUT: [string, Action, RegExp][] = [
  ['exit status 0', exit(0), exitMessage('without providing a reason')],
  ['exit status 3', exit(3), exitMessage('with error: exit status 3')],
  ['a segmentation fault', crash('SIGSEGV'), exitMessage('with error: signal: segmentation fault')],
  ['being killed', crash('SIGKILL'), exitMessage('with error: signal: killed')],
  ['an abort', crash('SIGABRT'), exitMessage('with error: signal: aborted')],
];

describe.each(WAYS_OUT)('a process that ends with %s', (_name, end, message) => {
  it('during init is started once more inside the invocation; then its caller is told', async () => {
    const service = await serve([print('starting\n'), end]);
    const answer = await invoke(service);
    expect(failureOf(answer)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(message),
    });
    expect(service.runtimes.starts).toHaveLength(2);
    await service.close();
    expect(logOf(service.events)).toEqual([
      INIT_START,
      'starting',
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
      INIT_START,
      'starting',
      'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
      'START RequestId: ID Version: $LATEST',
      'END RequestId: ID',
      'REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: 42 MB\tStatus: error\tError Type: Runtime.ExitError',
      'closed: closing',
    ]);
  });

  it('only in the first init is not noticed by the caller', async () => {
    const service = await serve((number) => (number === 1 ? [end] : [echo()]));
    expect((await invoke(service, '"in time"')).text).toBe('"in time"');
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('in the handler: its caller is told, and the next invocation starts a new process', async () => {
    const service = await serve((number) => (number === 1 ? [next(), print('handling\n'), end] : [echo()]));
    const answer = await invoke(service);
    expect(failureOf(answer)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(message),
    });
    expect((await invoke(service, '"again"')).text).toBe('"again"');
    expect(service.environmentCount('hello')).toBe(1);
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('between two invocations is replaced', async () => {
    const ended = latch();
    const service = await serve((number) =>
      number === 1 ? [next(), respond('1'), pollThen(ended, end)] : [echo()],
    );
    expect((await invoke(service)).text).toBe('1');
    await service.runtimes.settled();
    ended.open();
    await endOf(service, 0);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('after its answer and before it asks for more has answered', async () => {
    const service = await serve((number) => (number === 1 ? [next(), respond('1'), end] : [echo()]));
    expect((await invoke(service)).text).toBe('1');
    await endOf(service, 0);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });
});

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
});

describe('what cannot be started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  const file = (name: string, contents: string, mode: number) => {
    const path = join(folder, name);
    writeFileSync(path, contents, { mode });
    return path;
  };

  it.each([
    [
      'is missing',
      () => join(folder, 'missing'),
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    ],
    [
      'is of another format',
      () => file('text', 'echo hi\n', 0o755),
      'fork/exec /var/task/bootstrap: exec format error',
    ],
    ['is a folder', () => folder, 'fork/exec /var/task/bootstrap: permission denied'],
  ])('a bootstrap that %s', async (_name, bootstrap, message) => {
    const service = await serve([echo()], { hello: { bootstrap: bootstrap() } });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: /),
    });
    const failure = failureOf(await invoke(service));
    expect(failure.errorMessage?.split(' Error: ')[1]).toBe(message);
    expect(service.runtimes.starts).toHaveLength(0);
    rmSync(join(folder, 'text'), { force: true });
  });
});

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

describe('generations', () => {
  const artifact = () => ({ bootstrap: BOOTSTRAP, taskRoot: tmpdir() });

  it('holds invocations until there is something to run', async () => {
    const service = await serve([echo()], { functions: [{ name: 'hello' }] });
    const held = await arrived(
      service,
      (onWritten) => invoke(service, '1', { onWritten }),
      (onWritten) => invoke(service, '2', { onWritten }),
      (onWritten) => http(service.urlOf('hello'), { onWritten }),
    );
    expect(service.environmentCount('hello')).toBe(0);
    service.update('hello', artifact());
    const [one, two, url] = await Promise.all(held);
    expect([one!.text, two!.text, url!.status]).toEqual(['1', '2', 200]);
  });

  it('finishes what runs on the old one, and gives the new one to whoever comes now', async () => {
    const gate = latch();
    const service = await serve((number) =>
      number === 1 ? [next(), waitFor(gate), respond('"old"'), next()] : [forever(next(), respond('"new"'))],
    );
    const running = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    service.update('hello', artifact());
    expect((await invoke(service)).text).toBe('"new"');
    gate.open();
    expect((await running).text).toBe('"old"');
    await endOf(service, 0);
    expect(service.runtimes.starts[0]!.exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    expect((await invokeIdle(service)).text).toBe('"new"');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('ends those that are idle at once, and their temporary files', async () => {
    const service = await serve([echo()]);
    await invoke(service);
    await service.runtimes.settled();
    service.update('hello', artifact(), { warmUp: true });
    await endOf(service, 0);
    await until(() => service.runtimes.starts[1]?.doing === 'polling');
    // The one that was started ahead is used.
    expect((await invokeIdle(service, '"warm"')).text).toBe('"warm"');
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('joins an environment that is just being warmed up', async () => {
    const gate = latch();
    const service = await serve([waitFor(gate), echo()], { functions: [{ name: 'hello' }] });
    service.update('hello', artifact(), { warmUp: true });
    await until(() => service.runtimes.starts.length === 1);
    const [joined] = await arrived(service, (onWritten) => invoke(service, '"joined"', { onWritten }));
    gate.open();
    expect((await joined!).text).toBe('"joined"');
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('answers with what the compiler said while there is nothing that could run', async () => {
    const text = 'error[E0308]: mismatched types <expected> `&str`';
    const service = await serve([echo()]);
    expect((await invoke(service, '1')).text).toBe('1');
    service.fail('hello', text);
    const api = await invoke(service);
    expect([api.status, api.headers['x-amzn-errortype']]).toEqual([502, 'ResourceNotReadyException']);
    expect(JSON.parse(api.text)).toEqual({ Type: 'User', message: text });
    const curl = await http(service.urlOf('hello'), { headers: { accept: '*/*' } });
    expect([curl.status, curl.headers['content-type'], curl.text]).toEqual([
      502,
      'text/plain; charset=utf-8',
      `${text}\n`,
    ]);
    const browser = await http(service.urlOf('hello'), { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([browser.status, browser.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8']);
    expect(browser.text).toContain('mismatched types &lt;expected&gt; `&amp;str`');
    service.update('hello', artifact());
    expect((await invoke(service, '2')).text).toBe('2');
  });

  it('tells those that wait when the build they wait for fails', async () => {
    const service = await serve([echo()], { functions: [{ name: 'hello' }] });
    const [held] = await arrived(service, (onWritten) => invoke(service, '{}', { onWritten }));
    service.fail('hello', 'no');
    expect((await held!).status).toBe(502);
  });
});

describe('a caller that leaves', () => {
  it('does not stop the function, nor the environment', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('"unheard"'), echo()]);
    const leaving = new AbortController();
    const left = invoke(service, '1', { signal: leaving.signal });
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    leaving.abort();
    await expect(left).rejects.toThrow();
    gate.open();
    await until(() => service.runtimes.answers.length === 2);
    expect((await invokeIdle(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it.each([
    ['Invoke', '/2015-03-31/functions/hello/invocations'],
    ['a function URL', '/'],
  ])('in the middle of its request to %s is no invocation', async (_name, path) => {
    const service = await serve([echo()]);
    const bytes = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"half":`;
    // Our end is closed in the middle of the body; the service closes the other.
    await exchangeBytes(service.url.slice('http://'.length), bytes);
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts).toHaveLength(1);
  });
});

describe('logs', () => {
  it('are told in order: init, START, lines, END, REPORT', async () => {
    const service = await serve([
      print('in init\n'),
      next(),
      print('one\ntwo '),
      print('and more\n', 'stdout'),
      print('from stderr\n', 'stderr'),
      respond(),
      next(),
      print('second\n'),
      reportError('{"errorType":"E"}', { type: 'Function.Bad' }),
      next(),
    ]);
    await invoke(service);
    await invokeIdle(service);
    await service.runtimes.settled();
    await service.close();
    const ok =
      'REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: 42 MB\t';
    expect(logOf(service.events)).toEqual([
      INIT_START,
      'in init',
      'START RequestId: ID Version: $LATEST',
      'one',
      'two and more',
      'from stderr',
      'END RequestId: ID',
      `${ok}Init Duration: N ms\t`,
      'START RequestId: ID Version: $LATEST',
      'second',
      'END RequestId: ID',
      `${ok}Status: error\tError Type: Function.Bad`,
      'closed: closing',
    ]);
    const lines = service.events.filter((event) => event.type === 'log');
    expect(lines.map(({ requestId }) => requestId === undefined)).toEqual([true, false, false, false, false]);
  });
});

/** Asks for work, and ends once the latch is open. */
function pollThen(opened: PromiseLike<void>, end: Action): Action {
  return async (start) => {
    void next()(start).catch(() => {});
    await opened;
    return end(start);
  };
}

/**
 * Sends requests that are not answered yet, and comes back when the service has read them: it serves what arrives
 * in order, and has answered a later one.
 */
async function arrived(
  service: ScriptedService,
  ...requests: ((onWritten: () => void) => Promise<HttpAnswer>)[]
): Promise<Promise<HttpAnswer>[]> {
  let written = 0;
  const answers = requests.map((request) =>
    request(() => {
      written += 1;
    }),
  );
  await until(() => written === requests.length);
  expect((await invoke(service, '{}', { headers: { 'X-Amz-Invocation-Type': 'DryRun' } })).status).toBe(204);
  return answers;
}

async function until(fact: () => unknown): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setImmediate(resolve));
}

/** The process of that start has ended, and the service has heard of it. */
async function endOf(service: ScriptedService, index: number): Promise<void> {
  await until(() => service.runtimes.starts[index]!.exit);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
