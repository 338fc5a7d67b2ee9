import { describe, expect, it } from 'vitest';
import {
  eventsOf,
  extensionNext,
  extensionNextInBackground,
  register,
} from '../support/extension-actions.js';
import { invoke, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import { echo, exit, forever, next, print, respond, waitFor } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** Extensions in their order: init, invocations, the end. */

const INIT_START = expect.stringMatching(/^INIT_START Runtime Version: provided:al2023/);
describe('an external extension', () => {
  it('registers before the runtime starts, hears of invocations and of the end', async () => {
    const mayRegister = latch();
    const service = await serve([next(), respond('1'), next()], {
      extensions: {
        watcher: [
          print('hello\n'),
          waitFor(mayRegister),
          register(['INVOKE', 'SHUTDOWN']),
          extensionNext(),
          extensionNext(),
          exit(0),
        ],
      },
    });
    const answer = invoke(service);
    await until(() => service.runtimes.extensionStarts[0]?.doing === 'waiting');
    expect(service.runtimes.starts).toHaveLength(0);
    mayRegister.open();
    expect((await answer).text).toBe('1');
    await service.runtimes.settled();
    await service.close();
    const [extension] = service.runtimes.extensionStarts;
    expect(eventsOf(extension!)).toEqual([
      {
        eventType: 'INVOKE',
        deadlineMs: expect.any(Number),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:hello',
        tracing: { type: 'X-Amzn-Trace-Id', value: expect.stringMatching(/^Root=1-/) },
      },
      { eventType: 'SHUTDOWN', deadlineMs: expect.any(Number), shutdownReason: 'spindown' },
    ]);
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGTERM']);
    expect(extension!.exit).toEqual({ kind: 'exit', status: 0 });
    expect(logOf(service.events)).toEqual([
      INIT_START,
      'hello',
      'EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
      'START RequestId: ID Version: $LATEST',
      'END RequestId: ID',
      expect.stringMatching(/^REPORT /),
      'closed: closing',
    ]);
  });

  it('keeps the environment from other work until it asks for more, while the caller has its answer', async () => {
    const done = latch();
    const service = await serve([echo()], {
      extensions: {
        slow: [register(['INVOKE']), extensionNext(), waitFor(done), forever(extensionNext())],
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await service.runtimes.settled();
    expect(service.events.some((event) => event.type === 'platform' && event.record.type === 'report')).toBe(
      false,
    );
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(2);
    done.open();
    await until(() => logOf(service.events).filter((line) => line.startsWith('REPORT')).length === 2);
  });
});

describe('an internal extension', () => {
  it('is a part of init once it has registered', async () => {
    const name = 'inside';
    const service = await serve([
      register(['INVOKE'], { name }),
      extensionNextInBackground({ name }),
      next(),
      respond('1'),
      extensionNextInBackground({ name }),
      next(),
    ]);
    expect((await invoke(service)).text).toBe('1');
    await service.runtimes.settled();
    await service.close();
    expect(eventsOf(service.runtimes.starts[0]!)).toMatchObject([{ eventType: 'INVOKE' }]);
    expect(service.runtimes.starts[0]!.signals).toEqual(['SIGTERM']);
    expect(logOf(service.events)).toContain('EXTENSION\tName: inside\tState: Ready\tEvents: [INVOKE]');
  });
});
