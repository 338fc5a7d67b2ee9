import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  eventsOf,
  extensionNext,
  extensionNextInBackground,
  register,
  reportExtensionError,
} from '../support/extension-actions.js';
import { extensionFiles, failureOf, invoke, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import type { Action, Script } from '../support/runtime.js';
import {
  call,
  crash,
  echo,
  exit,
  forever,
  hang,
  next,
  onTerm,
  print,
  respond,
  send,
  waitFor,
} from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** How extensions fail, and how environments with extensions end. */

const ID = '[0-9a-f]{8}-[0-9a-f-]{27}';
const INIT_START = expect.stringMatching(/^INIT_START /);
const obedient: Script = [
  register(['INVOKE', 'SHUTDOWN']),
  forever(extensionNext(), async (start) =>
    endOf(start.answers.at(-1)!.text) ? { kind: 'exit', status: 0 } : undefined,
  ),
];

function endOf(event: string): boolean {
  return event.includes('"eventType":"SHUTDOWN"');
}

function message(what: string): unknown {
  return expect.stringMatching(new RegExp(`^RequestId: ${ID} Error: ${what}$`));
}

describe('an extension that ends by itself', () => {
  const WAYS: [string, Action, string][] = [
    ['exit status 0', exit(0), 'exit code 0'],
    ['exit status 3', exit(3), 'exit status 3'],
    ['a signal', crash('SIGSEGV'), 'signal: segmentation fault'],
  ];

  it.each(WAYS)(
    'in init, with %s: init is tried once more, then the caller is told',
    async (_way, end, what) => {
      const service = await serve([echo()], { extensions: { broken: [end] } });
      expect(failureOf(await invoke(service))).toEqual({
        errorType: 'Extension.Crash',
        errorMessage: message(what),
      });
      expect(service.runtimes.extensionStarts).toHaveLength(2);
      expect(service.runtimes.starts).toHaveLength(0);
      await service.close();
      expect(logOf(service.events)).toEqual([
        INIT_START,
        'EXTENSION\tName: broken\tState: Started\tEvents: []',
        'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Extension.Crash',
        INIT_START,
        'EXTENSION\tName: broken\tState: Started\tEvents: []',
        'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Extension.Crash',
        'START RequestId: ID Version: $LATEST',
        'END RequestId: ID',
        expect.stringMatching(/^REPORT .*\tStatus: error\tError Type: Extension.Crash$/),
        'closed: closing',
      ]);
    },
  );

  it.each(WAYS)('while the function works, with %s: the caller is told', async (_way, end, what) => {
    const service = await serve((number) => (number === 1 ? [next(), hang()] : [echo()]), {
      extensions: {
        broken: (number) => (number === 1 ? [register(['INVOKE']), extensionNext(), end] : obedient),
      },
    });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.Crash',
      errorMessage: message(what),
    });
    expect((await invoke(service, '"again"')).text).toBe('"again"');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('after the answer: the log tells, and the next invocation initialises again', async () => {
    const answered = latch();
    const service = await serve([echo()], {
      extensions: {
        broken: (number) =>
          number === 1 ? [register(['INVOKE']), extensionNext(), waitFor(answered), exit(1)] : obedient,
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    answered.open();
    await until(() => logOf(service.events).some((line) => line.startsWith('REPORT')));
    expect(logOf(service.events).at(-1)).toMatch(/\tStatus: error\tError Type: Extension.Crash$/);
    await until(() => service.runtimes.starts[0]!.exit);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('between two invocations: nobody is told', async () => {
    const done = latch();
    const service = await serve([echo()], {
      extensions: { broken: (number) => (number === 1 ? [register([]), pollThen(done, exit(1))] : obedient) },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await service.runtimes.settled();
    done.open();
    await until(() => service.runtimes.starts[0]!.exit);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });
});

describe('an extension that reports an error and ends', () => {
  it('in init: the failure has its name, the log its own type', async () => {
    const service = await serve([echo()], {
      extensions: {
        broken: [register(['INVOKE', 'SHUTDOWN']), reportExtensionError('init', 'Extension.NoKey'), exit(0)],
      },
    });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.InitError',
      errorMessage: message('exit code 0'),
    });
    await service.close();
    expect(logOf(service.events)).toContain(
      'EXTENSION\tName: broken\tState: InitError\tEvents: [INVOKE, SHUTDOWN]\tError Type: Extension.NoKey',
    );
    expect(logOf(service.events)).toContain(
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Extension.InitError',
    );
  });

  it('in an invocation', async () => {
    const service = await serve([next(), hang()], {
      extensions: {
        broken: [register(['INVOKE']), extensionNext(), reportExtensionError('exit', 'E'), exit(1)],
      },
    });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.ExitError',
      errorMessage: message('exit status 1'),
    });
  });

  it('from inside of the runtime: its exit is told under that name', async () => {
    const name = 'inside';
    const service = await serve([
      register([], { name }),
      reportExtensionError('init', 'E', { name }),
      exit(2),
    ]);
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.InitError',
      errorMessage: message('Runtime exited with error: exit status 2'),
    });
  });
});

describe('an extension that cannot be started', () => {
  function program(name: string, contents: string, mode: number): string {
    const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, name);
    writeFileSync(path, contents);
    chmodSync(path, mode);
    return path;
  }

  it('for it is of another format: the caller is told at once', async () => {
    const extensions = [program('text', 'echo hi\n', 0o755)];
    const service = await serve([echo()], { hello: { extensions } });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.LaunchError',
      errorMessage: message('fork/exec /opt/extensions/text: exec format error'),
    });
    await service.close();
    expect(logOf(service.events).slice(0, 3)).toEqual([
      INIT_START,
      'EXTENSION\tName: text\tState: LaunchError\tEvents: []\tError Type: UnknownError',
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Extension.LaunchError',
    ]);
  });

  it('for it is gone by then', async () => {
    const extensions = extensionFiles(['removed']);
    const service = await serve([echo()], { hello: { extensions } });
    rmSync(extensions[0]!);
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.LaunchError',
      errorMessage: message('fork/exec /opt/extensions/removed: no such file or directory'),
    });
  });

  it('for it may not be executed', async () => {
    const extensions = [program('plain', '#!/bin/sh\n', 0o644)];
    const service = await serve([echo()], { hello: { extensions } });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.LaunchError',
      errorMessage: message('fork/exec /opt/extensions/plain: permission denied'),
    });
    expect(logOf(service.events)[1]).toBe(
      'EXTENSION\tName: plain\tState: LaunchError\tEvents: []\tError Type: PermissionDenied',
    );
  });

  it('for there are ten already', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `extension-${String(index).padStart(2, '0')}`);
    const scripts = Object.fromEntries(names.map((name) => [name, [hang()]]));
    const service = await serve([echo()], { extensions: scripts });
    expect(failureOf(await invoke(service))).toEqual({
      errorType: 'Extension.LaunchError',
      errorMessage: message('ErrTooManyExtensions'),
    });
    expect(service.runtimes.extensionStarts).toHaveLength(10);
    await until(() => service.runtimes.extensionStarts.every((start) => start.exit));
    expect(logOf(service.events)).toContain(
      'EXTENSION\tName: extension-10\tState: LaunchError\tEvents: []\tError Type: TooManyExtensions',
    );
  });
});

describe('an extension that keeps init from ending', () => {
  it.each([
    ['does not register', [hang()], 'Started', 0],
    ['does not ask for an event', [register(['INVOKE']), hang()], 'Registered', 1],
  ] as [string, Script, string, number][])('for it %s', async (_what, script, state, runtimes) => {
    const service = await serve([echo()], {
      initLimitMs: 50,
      hello: { timeoutSeconds: 0.1 },
      extensions: { slow: script },
    });
    const failure = failureOf(await invoke(service));
    expect(failure.errorType).toBe('Sandbox.Timedout');
    expect(service.runtimes.extensionStarts).toHaveLength(2);
    expect(service.runtimes.starts).toHaveLength(2 * runtimes);
    const events = state === 'Started' ? '[]' : '[INVOKE]';
    expect(logOf(service.events)).toContain(`EXTENSION\tName: slow\tState: ${state}\tEvents: ${events}`);
    expect(logOf(service.events)).toContain(
      'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: timeout',
    );
  });
});

describe('the end of an environment with extensions', () => {
  beforeEach(() => {
    // Time stands still but for what a test says.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is waited for by close: the runtime after SIGTERM, then who wants to hear of it', async () => {
    const service = await serve(
      [onTerm({ kind: 'exit', status: 0 }, (start) => start.stdout.write('flushed\n')), echo()],
      {
        extensions: { obedient },
      },
    );
    await invoke(service);
    await service.runtimes.settled();
    await service.close();
    const [runtime] = service.runtimes.starts;
    const [extension] = service.runtimes.extensionStarts;
    expect(runtime!.signals).toEqual(['SIGTERM']);
    expect(extension!.signals).toEqual([]);
    expect(eventsOf(extension!).at(-1)).toEqual({
      eventType: 'SHUTDOWN',
      deadlineMs: expect.any(Number),
      shutdownReason: 'spindown',
    });
    expect(logOf(service.events).slice(-2)).toEqual(['flushed', 'closed: closing']);
  });

  it('comes after 300 ms for the runtime and 2 s for all, where nobody ends by himself', async () => {
    const service = await serve([onTerm(undefined), echo()], {
      extensions: {
        deaf: [register(['INVOKE', 'SHUTDOWN']), extensionNext(), extensionNext(), hang()],
        quiet: [register(['INVOKE']), forever(extensionNext())],
      },
    });
    await invoke(service);
    await service.runtimes.settled();
    const closedAt = Date.now();
    const closed = service.close();
    const [runtime] = service.runtimes.starts;
    const [deaf, quiet] = service.runtimes.extensionStarts;
    expect(runtime!.signals).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(299);
    expect(runtime!.signals).toEqual(['SIGTERM']);
    expect(eventsOf(deaf!).map((event) => event['eventType'])).toEqual(['INVOKE']);
    vi.advanceTimersByTime(1);
    expect(runtime!.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await until(() => deaf!.doing === 'waiting');
    expect(eventsOf(deaf!).at(-1)).toEqual({
      eventType: 'SHUTDOWN',
      deadlineMs: closedAt + 2_000,
      shutdownReason: 'spindown',
    });
    await until(() => quiet!.exit);
    expect(quiet!.signals).toEqual(['SIGKILL']);
    vi.advanceTimersByTime(1_699);
    expect(deaf!.signals).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(deaf!.signals).toEqual(['SIGKILL']);
    await closed;
  });

  it('comes after 500 ms where extensions are inside of the runtime only', async () => {
    const name = 'inside';
    const service = await serve([
      onTerm(undefined),
      register([], { name }),
      extensionNextInBackground({ name }),
      echo(),
    ]);
    await invoke(service);
    await service.runtimes.settled();
    const closed = service.close();
    vi.advanceTimersByTime(499);
    const [runtime] = service.runtimes.starts;
    expect(runtime!.signals).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(1);
    expect(runtime!.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await closed;
  });

  it('leaves the runtime 500 ms where there is one inside, too', async () => {
    const name = 'inside';
    const service = await serve(
      [onTerm(undefined), register([], { name }), extensionNextInBackground({ name }), echo()],
      { extensions: { obedient } },
    );
    await invoke(service);
    await service.runtimes.settled();
    const closed = service.close();
    vi.advanceTimersByTime(499);
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(1);
    await closed;
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(service.runtimes.extensionStarts[0]!.exit).toEqual({ kind: 'exit', status: 0 });
  });

  it('leaves a runtime alone that only now asks for more: it may be about to clean up', async () => {
    const name = 'inside';
    const ending = latch();
    const outcomes: string[] = [];
    const service = await serve([
      onTerm(undefined, () => ending.open()),
      register([], { name }),
      extensionNextInBackground({ name }),
      next(),
      respond('1'),
      waitFor(ending),
      async (start) => {
        void next()(start).then(
          () => outcomes.push('answered'),
          () => outcomes.push('refused'),
        );
        return undefined;
      },
      // Over another connection, after the poll.
      send('/2018-06-01/ping'),
      call(() => outcomes.push('cleaned up')),
      exit(0),
    ]);
    expect((await invoke(service)).text).toBe('1');
    await service.close();
    expect(outcomes[0]).toBe('cleaned up');
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGTERM']);
  });

  it('is at once without any', async () => {
    const service = await serve([onTerm(undefined), echo()]);
    await invoke(service);
    await service.close();
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGKILL']);
  });
});

describe('SHUTDOWN says why', () => {
  const REASONS: [string, Script, string][] = [
    ['timeout', [next(), hang()], 'timeout'],
    ['a crash', [next(), exit(1)], 'failure'],
  ];

  it.each(REASONS)('%s', async (_what, script, reason) => {
    const service = await serve((number) => (number === 1 ? script : [echo()]), {
      hello: { timeoutSeconds: 0.2 },
      extensions: { obedient },
    });
    await invoke(service);
    await until(() => service.runtimes.extensionStarts[0]!.exit);
    expect(eventsOf(service.runtimes.extensionStarts[0]!).at(-1)).toMatchObject({
      eventType: 'SHUTDOWN',
      shutdownReason: reason,
    });
    expect((await invoke(service, '"again"')).text).toBe('"again"');
    expect(service.environmentCount('hello')).toBe(1);
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('to an extension that is at work when it asks for more', async () => {
    const done = latch();
    const service = await serve((number) => (number === 1 ? [next(), exit(1)] : [echo()]), {
      extensions: {
        busy: (number) =>
          number === 1
            ? [register(['INVOKE', 'SHUTDOWN']), extensionNext(), waitFor(done), extensionNext(), exit(0)]
            : obedient,
      },
    });
    expect(failureOf(await invoke(service)).errorType).toBe('Runtime.ExitError');
    done.open();
    await until(() => service.runtimes.extensionStarts[0]!.exit);
    expect(eventsOf(service.runtimes.extensionStarts[0]!)).toMatchObject([
      { eventType: 'INVOKE' },
      { eventType: 'SHUTDOWN', shutdownReason: 'failure' },
    ]);
  });
});

describe('the timeout', () => {
  it('caps what extensions do after the answer', async () => {
    const service = await serve([echo()], {
      hello: { timeoutSeconds: 0.2 },
      extensions: {
        slow: (number) => (number === 1 ? [register(['INVOKE']), extensionNext(), hang()] : obedient),
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await until(() => logOf(service.events).some((line) => line.startsWith('REPORT')));
    expect(logOf(service.events).at(-1)).toMatch(/\tStatus: timeout$/);
    await until(() => service.runtimes.extensionStarts[0]!.exit);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });
});

describe('the log', () => {
  it('has what extensions write, in the order in which all of it came', async () => {
    const service = await serve([print('function\n'), echo()], {
      extensions: { talking: [print('extension\n'), ...obedient] },
    });
    await invoke(service);
    const lines = service.events.filter((event) => event.type === 'log');
    expect(lines.map(({ line, extension }) => [line, extension])).toEqual([
      ['extension', 'talking'],
      ['function', undefined],
    ]);
  });

  it('is complete for a caller who wants its end: he waits for the extensions', async () => {
    const service = await serve([echo()], {
      extensions: {
        late: [register(['INVOKE']), forever(extensionNext(), print('late\n'))],
      },
    });
    const answer = await invoke(service, '1', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    const tail = Buffer.from(String(answer.headers['x-amz-log-result']), 'base64').toString();
    expect(tail).toMatch(/^START .*\nlate\n.*REPORT /s);
  });
});

/** Asks for an event, and ends once the latch is open. */
function pollThen(opened: PromiseLike<void>, end: Action): Action {
  return async (start) => {
    void extensionNext()(start).catch(() => {});
    await opened;
    return end(start);
  };
}
