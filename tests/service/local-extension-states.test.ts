import { describe, expect, it } from 'vitest';
import type { ExtensionState } from '../../src/local/extension-state.js';
import {
  extensionNext,
  extensionNextInBackground,
  type RegisterOptions,
  register,
  reportExtensionError,
} from '../support/extension-actions.js';
import { invoke, serve } from '../support/functions.js';
import type { HttpAnswer } from '../support/http.js';
import { latch } from '../support/latch.js';
import type { Action, Script, Start } from '../support/runtime.js';
import { call, echo, exit, forever, hang, next, respond, send } from '../support/runtime-actions.js';

/** The Extensions API over real HTTP: what it refuses, and in which words. */

const EVENT_NEXT = '/2020-01-01/extension/event/next';
function refused(errorType: string, errorMessage: string): unknown {
  return { status: 403, text: JSON.stringify({ errorMessage, errorType }) };
}

function shown({ status, text }: HttpAnswer): unknown {
  return { status, text };
}

/** What a runtime was answered that does this in init, and then goes on as any. */
async function answersTo(...actions: Action[]): Promise<readonly HttpAnswer[]> {
  const service = await serve([...actions, echo()]);
  expect((await invoke(service, '"goes on"')).text).toBe('"goes on"');
  return service.runtimes.starts[0]!.answers;
}

describe('registration', () => {
  it('answers with an identifier and with what the extension may know of the function', async () => {
    const name = 'some';
    const [answer] = await answersTo(
      register(undefined, { name, headers: { 'Lambda-Extension-Accept-Feature': 'x, accountId' } }),
      extensionNextInBackground({ name }),
    );
    expect(answer!.headers['content-type']).toBe('application/json');
    expect(answer!.headers['lambda-extension-identifier']).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(answer!.text).toBe(
      '{"functionName":"hello","functionVersion":"$LATEST","handler":"bootstrap","accountId":"123456789012"}',
    );
  });

  it('tells the account only to those who ask', async () => {
    const name = 'some';
    const [answer] = await answersTo(
      register([], { name, headers: { 'Lambda-Extension-Accept-Feature': 'other,' } }),
      extensionNextInBackground({ name }),
    );
    expect(answer!.text).toBe('{"functionName":"hello","functionVersion":"$LATEST","handler":"bootstrap"}');
  });

  const REFUSALS: [string, RegisterOptions & { events?: string[] }, string, string][] = [
    ['without a name', { name: '' }, 'Extension.InvalidExtensionName', 'Empty extension name'],
    [
      'for an event that does not exist',
      { events: ['INVOKE', 'RESTORE'] },
      'Extension.InvalidEventType',
      'RESTORE: ErrorInvalidEventType',
    ],
    [
      'for SHUTDOWN from inside of the runtime',
      { events: ['SHUTDOWN'] },
      'Extension.InvalidEventType',
      'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension',
    ],
    [
      'with configuration keys',
      { body: '{"events":[],"configurationKeys":["a"]}' },
      'InvalidRequestFormat',
      'configurationKeys are deprecated; use environment variables instead',
    ],
    ['without a body', { body: '' }, 'InvalidRequestFormat', 'unexpected end of JSON input'],
    [
      'with events that are no list',
      { body: '{"events":"INVOKE"}' },
      'InvalidRequestFormat',
      'json: cannot unmarshal string into events',
    ],
  ];

  it.each(REFUSALS)('%s is refused', async (_what, { events, ...options }, errorType, message) => {
    const [answer] = await answersTo(register(events, { name: 'some', ...options, status: 403 }));
    expect(shown(answer!)).toEqual(refused(errorType, message));
  });

  it('of a name that is taken is refused', async () => {
    const answers = await answersTo(
      register([], { name: 'twice' }),
      register([], { name: 'twice', status: 403 }),
      extensionNextInBackground({ name: 'twice' }),
    );
    expect(shown(answers[1]!)).toEqual(
      refused('Extension.InvalidExtensionState', 'Extension with this name already registered'),
    );
  });

  it('of an eleventh is refused', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `extension-${index}`);
    const answers = await answersTo(
      ...names.map((name) => register([], { name })),
      register([], { name: 'one-more', status: 403 }),
      ...names.map((name) => extensionNextInBackground({ name })),
    );
    expect(shown(answers[10]!)).toEqual(
      refused('Extension.TooManyExtensions', 'Extension limit (10) reached'),
    );
  });

  it('is closed once the runtime has asked for its first event', async () => {
    const service = await serve([next(), register([], { name: 'late', status: 403 }), respond('1'), hang()]);
    expect((await invoke(service)).text).toBe('1');
    expect(shown(service.runtimes.starts[0]!.answers[1]!)).toEqual(
      refused('Extension.RegistrationClosed', 'Extension registration closed already'),
    );
  });

  it('of an external extension is refused the second time, by its name', async () => {
    const service = await serve([echo()], {
      extensions: { outside: [register([]), register([], { status: 403 }), forever(extensionNext())] },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    expect(shown(service.runtimes.extensionStarts[0]!.answers[1]!)).toEqual(
      refused(
        'Extension.InvalidExtensionState',
        'State transition from Registered to Registered failed for extension outside. Error: State transition is not allowed',
      ),
    );
  });
});

describe('an identifier', () => {
  const UNKNOWN = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
  const PATHS = [EVENT_NEXT, '/2020-01-01/extension/init/error', '/2020-01-01/extension/exit/error'];
  const ask = (path: string, identifier?: string): Action =>
    send(path, {
      method: path === EVENT_NEXT ? 'GET' : 'POST',
      headers: {
        'Lambda-Extension-Function-Error-Type': 'Extension.Bad',
        ...(identifier !== undefined && { 'Lambda-Extension-Identifier': identifier }),
      },
      status: 403,
    });

  it.each(PATHS)('must be sent to %s', async (path) => {
    const [answer] = await answersTo(ask(path));
    expect(shown(answer!)).toEqual(
      refused('Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header'),
    );
  });

  it.each(PATHS)('must be a UUID to %s', async (path) => {
    const [answer] = await answersTo(ask(path, 'me'));
    expect(shown(answer!)).toEqual(
      refused('Extension.InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier'),
    );
  });

  it.each(PATHS)('must be known to %s', async (path) => {
    const [answer] = await answersTo(ask(path, UNKNOWN.toUpperCase()));
    const message =
      path === EVENT_NEXT ? `Unknown extension ${UNKNOWN}` : 'Unknown Lambda-Extension-Identifier';
    expect(shown(answer!)).toEqual(refused('Extension.UnknownExtensionIdentifier', message));
  });

  it('of a start before a reset is unknown', async () => {
    const stale: string[] = [];
    const service = await serve((number) =>
      number === 1
        ? [register([], { name: 'x' }), call((start) => stale.push(start.identifiers.get('x')!)), crashed]
        : [send(EVENT_NEXT, { headers: { 'Lambda-Extension-Identifier': stale[0]! }, status: 403 }), echo()],
    );
    expect((await invoke(service, '1')).text).toBe('1');
  });
});

describe('errors that extensions report', () => {
  it.each(['init', 'exit'] as const)('must have a type: %s', async (which) => {
    const answers = await answersTo(
      register([], { name: 'x' }),
      reportExtensionError(which, undefined, { name: 'x', status: 403 }),
      extensionNextInBackground({ name: 'x' }),
    );
    expect(shown(answers[1]!)).toEqual(
      refused('Extension.MissingHeader', 'Lambda-Extension-Function-Error-Type not found'),
    );
  });

  it('are taken with 202, twice', async () => {
    const service = await serve([
      register([], { name: 'x' }),
      reportExtensionError('init', 'Extension.A', { name: 'x' }),
      reportExtensionError('init', 'Extension.B', { name: 'x' }),
      exit(1),
    ]);
    await invoke(service);
    const [, first, second] = service.runtimes.starts[0]!.answers;
    expect(shown(first!)).toEqual({ status: 202, text: '{"status":"OK"}' });
    expect(shown(second!)).toEqual({ status: 202, text: '{"status":"OK"}' });
  });
});

describe('what an extension asks for in the wrong state', () => {
  /** An internal extension is brought to a state, then asks. */
  const name = 'x';
  const registered: Script = [register(['INVOKE'], { name })];
  const ready: Script = [...registered, extensionNextInBackground({ name }), untilReady()];
  const CASES: [ExtensionState, ExtensionState, Script, Action][] = [
    ['Ready', 'Ready', ready, extensionNext({ name, status: 403 })],
    ['Ready', 'InitError', ready, reportExtensionError('init', 'E', { name, status: 403 })],
    [
      'InitError',
      'Ready',
      [...registered, reportExtensionError('init', 'E', { name })],
      extensionNext({ name, status: 403 }),
    ],
    [
      'InitError',
      'Exited',
      [...registered, reportExtensionError('init', 'E', { name })],
      reportExtensionError('exit', 'E', { name, status: 403 }),
    ],
    [
      'ExitError',
      'Ready',
      [...registered, reportExtensionError('exit', 'E', { name })],
      extensionNext({ name, status: 403 }),
    ],
    [
      'ExitError',
      'InitError',
      [...registered, reportExtensionError('exit', 'E', { name })],
      reportExtensionError('init', 'E', { name, status: 403 }),
    ],
  ];

  it.each(CASES)('%s, wants %s', async (from, to, before, action) => {
    const asked = latch<Start>();
    const service = await serve([...before, action, call((start) => asked.open(start)), hang()]);
    const answer = invoke(service);
    const start = await asked;
    expect(shown(start.answers.at(-1)!)).toEqual(
      refused(
        'Extension.InvalidExtensionState',
        `State transition from ${from} to ${to} failed for extension ${start.identifiers.get(name)}. Error: State transition is not allowed`,
      ),
    );
    await service.close();
    await answer;
  });

  it('Running, wants to report an init error', async () => {
    const handed = latch();
    const service = await serve([echo()], {
      extensions: {
        outside: [
          register(['INVOKE']),
          extensionNext(),
          reportExtensionError('init', 'E', { status: 403 }),
          call(() => handed.open()),
          forever(extensionNext()),
        ],
      },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    await handed;
    const [, , answer] = service.runtimes.extensionStarts[0]!.answers;
    expect(answer!.text).toContain('State transition from Running to InitError failed for extension ');
  });
});

it.each([
  ['GET', '/2020-01-01/extension/register', 405],
  ['POST', EVENT_NEXT, 405],
  ['GET', '/2020-01-01/extension/init/error', 405],
  ['POST', '/2020-01-01/extension/restart', 404],
])('%s %s is answered with %d', async (method, path, status) => {
  const [answer] = await answersTo(send(path, { method }));
  expect(answer!.status).toBe(status);
});

/** Ends as a process does that crashes. */
const crashed: Action = async () => ({ kind: 'exit', status: 1 });

/** The poll has been read when a request sent after it, over a connection of its own, has been answered. */
function untilReady(): Action {
  return send('/2018-06-01/ping');
}
