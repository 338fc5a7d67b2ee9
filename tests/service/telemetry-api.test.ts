import { expect, it } from 'vitest';
import { extensionNext, register, subscribe } from '../support/extension-actions.js';
import { invoke, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { call, exit, forever, next, print, respond, waitFor } from '../support/runtime-actions.js';
import { httpListener } from '../support/telemetry-listener.js';

const echo = () =>
  forever(
    next(),
    print('handling\n'),
    respond((event) => event.body),
  );

it('tells an extension of init, of what is written, and of each invocation', async () => {
  const [listener, subscribed] = [await httpListener(), latch()];
  const service = await serve([print('starting\n'), waitFor(subscribed), echo()], {
    extensions: {
      spy: [
        register(['SHUTDOWN']),
        subscribe(listener.port),
        print('watching\n'),
        call(() => subscribed.open()),
        extensionNext(),
        exit(0),
      ],
    },
  });
  expect((await invoke(service, '1')).text).toBe('1');
  await service.runtimes.settled();
  await service.close();
  expect(listener.events.map(({ type }) => type)).toEqual([
    'platform.initStart',
    'function',
    'platform.telemetrySubscription',
    'extension',
    'platform.initRuntimeDone',
    'platform.extension',
    'platform.initReport',
    'platform.start',
    'function',
    'platform.runtimeDone',
    'platform.report',
  ]);
  expect(listener.connections).toBe(1);
});
