import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, invoke, invokeIdle, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import type { Action } from '../support/runtime.js';
import { crash, echo, exit, next, print, reportError, respond } from '../support/runtime-actions.js';
import { endOf } from '../support/steering.js';

/** Processes that exit, crash or cannot be started, and the log they leave. */

const INIT_START = expect.stringMatching(/^INIT_START Runtime Version: provided:al2023/);
const ID = '[0-9a-f]{8}-[0-9a-f-]{27}';
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

describe('what cannot be started', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
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
    [
      'has no interpreter',
      () => file('script', '#! /no/such/shell\n', 0o755),
      'fork/exec /var/task/bootstrap: no such file or directory',
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
