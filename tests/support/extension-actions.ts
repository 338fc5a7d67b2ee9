import type { HttpAnswer } from './http.js';
import type { Action, Start } from './runtime.js';
import { ask, expectAnswer } from './runtime-actions.js';

/** What scripts of external extensions, and of runtimes with internal ones, are made of beside runtime-actions.ts. */

const API = '/2020-01-01/extension';
const TELEMETRY = '/2022-07-01/telemetry';
const LOGS = '/2020-08-15/logs';

export interface RegisterOptions {
  /** An internal extension's name; an external one has that of its file. */
  readonly name?: string;
  /** The body in place of one with events. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly status?: number;
}

/** Registers for events, and keeps the identifier for what follows. */
export function register(events: readonly string[] | undefined, options: RegisterOptions = {}): Action {
  return async (start) => {
    const name = options.name ?? start.extension ?? '';
    const answer = await ask(start, `${API}/register`, {
      method: 'POST',
      headers: { 'Lambda-Extension-Name': name, ...options.headers },
      body: options.body ?? JSON.stringify({ events }),
    });
    expectAnswer(answer, options.status ?? 200);
    if (answer.status === 200)
      start.identifiers.set(name, String(answer.headers['lambda-extension-identifier']));
    return undefined;
  };
}

export interface AsExtension {
  /** Which internal extension asks; default: the external one that the script is of. */
  readonly name?: string;
  readonly identifier?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/** Asks for an event. What comes is among the start's answers. */
export function extensionNext(options: AsExtension = {}): Action {
  return async (start) => {
    const answer = await ask(start, `${API}/event/next`, {
      headers: { ...identified(start, options), ...options.headers },
      onWritten: () => {
        start.doing = 'polling';
      },
    });
    start.doing = 'acting';
    expectAnswer(answer, options.status ?? 200);
    return undefined;
  };
}

/** As `extensionNext`, and goes on without waiting for what comes: the runtime's script has its own poll to do. */
export function extensionNextInBackground(options: AsExtension = {}): Action {
  return async (start) => {
    await new Promise<void>((resolve) => {
      const headers = { ...identified(start, options), ...options.headers };
      // Ended together with the process.
      void ask(start, `${API}/event/next`, { headers, onWritten: resolve }).catch(() => {});
    });
    return undefined;
  };
}

export function reportExtensionError(
  which: 'init' | 'exit',
  type: string | undefined,
  options: AsExtension = {},
): Action {
  return async (start) => {
    const answer = await ask(start, `${API}/${which}/error`, {
      method: 'POST',
      headers: {
        ...identified(start, options),
        ...(type !== undefined && { 'Lambda-Extension-Function-Error-Type': type }),
        ...options.headers,
      },
      body: '{"errorMessage":"no","errorType":"E","stackTrace":[]}',
    });
    expectAnswer(answer, options.status ?? 202);
    return undefined;
  };
}

function identified(start: Start, { name, identifier }: AsExtension): Record<string, string> {
  const id = identifier ?? start.identifiers.get(name ?? start.extension ?? '') ?? '';
  return id === '' ? {} : { 'Lambda-Extension-Identifier': id };
}

/** The events that an extension was handed. */
export function eventsOf(start: Start): Record<string, unknown>[] {
  return start.answers.filter(isEvent).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
}

function isEvent({ text }: HttpAnswer): boolean {
  return text.includes('"eventType"');
}

export interface SubscribeOptions extends AsExtension {
  readonly types?: readonly string[];
  readonly schemaVersion?: string;
  readonly buffering?: object;
  readonly api?: 'telemetry' | 'logs';
  readonly protocol?: 'HTTP' | 'TCP';
  /** The body in place of all that. */
  readonly body?: string | Buffer;
}

/** Subscribes to telemetry, or to logs, at a listener of the test. */
export function subscribe(port: number, options: SubscribeOptions = {}): Action {
  return async (start) => {
    const { api = 'telemetry', protocol = 'HTTP', types = ['platform', 'function', 'extension'] } = options;
    const { buffering = { timeoutMs: 25 } } = options;
    const schemaVersion = options.schemaVersion ?? (api === 'logs' ? '2021-03-18' : '2022-12-13');
    const destination =
      protocol === 'TCP' ? { protocol, port } : { protocol, URI: `http://sandbox.localdomain:${port}` };
    const answer = await ask(start, api === 'logs' ? LOGS : TELEMETRY, {
      method: 'PUT',
      headers: { ...identified(start, options), ...options.headers },
      body: options.body ?? JSON.stringify({ schemaVersion, types, buffering, destination }),
    });
    expectAnswer(answer, options.status ?? 200);
    return undefined;
  };
}
