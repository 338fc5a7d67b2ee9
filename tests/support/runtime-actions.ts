import { connect } from 'node:net';
import type { RuntimeState } from '../../src/local/runtime-state.js';
import type { Exit } from '../../src/process/supervise.js';
import { type HttpAnswer, type HttpRequest, http, splitAddress } from './http.js';
import type { Action, HandedEvent, Start } from './runtime.js';

/** The actions that scripts of runtime.ts are made of. */

const INVOCATION = '/2018-06-01/runtime/invocation';

type Body = string | Buffer | ((event: HandedEvent) => string | Buffer);

export interface AnswerOptions {
  readonly headers?: Record<string, string>;
  /** Instead of the id of the event that was handed out last. */
  readonly requestId?: string;
  /** Instead of echoing `Lambda-Runtime-Invocation-Id`; empty: not sent. */
  readonly invocationId?: string;
  /** The status to expect; any other ends the runtime and is noted as a mistake. */
  readonly status?: number;
}

/** Asks for work, and keeps the event for what follows. */
export function next(status = 200): Action {
  return async (start) => {
    const answer = await ask(start, `${INVOCATION}/next`, {
      onWritten: () => {
        start.doing = 'polling';
      },
    });
    start.doing = 'acting';
    expectAnswer(answer, status);
    if (answer.status === 200) start.events.push(handedEvent(answer));
    return undefined;
  };
}

export function respond(body: Body = 'null', options: AnswerOptions = {}): Action {
  return post((start) => `${INVOCATION}/${idOf(start, options)}/response`, body, {}, options);
}

export function reportError(body: Body, options: AnswerOptions & { type?: string } = {}): Action {
  const headers = { 'Lambda-Runtime-Function-Error-Type': options.type ?? 'unhandled' };
  return post((start) => `${INVOCATION}/${idOf(start, options)}/error`, body, headers, options);
}

export function initError(body: string, options: AnswerOptions & { type?: string } = {}): Action {
  const headers = { 'Lambda-Runtime-Function-Error-Type': options.type ?? 'Runtime.InitError' };
  return post(() => '/2018-06-01/runtime/init/error', body, headers, options);
}

/** Ends with this exit on SIGTERM, after what is done before; without an exit it goes on as if nothing had been. */
export function onTerm(exit: Exit | undefined, before: (start: Start) => void = () => {}): Action {
  return async (start) => {
    start.onSignal = () => {
      before(start);
      if (exit) start.leave(exit);
    };
    return undefined;
  };
}

/** Any request; its answer is recorded and not judged unless a status is given. */
export function send(path: string, request: HttpRequest & { status?: number } = {}): Action {
  return async (start) => {
    const answer = await ask(start, path, request);
    if (request.status !== undefined) expectAnswer(answer, request.status);
    return undefined;
  };
}

export function print(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Action {
  return async (start) => {
    start[stream].write(text);
    return undefined;
  };
}

export function exit(status: number): Action {
  return async () => ({ kind: 'exit', status });
}

export function crash(signal: NodeJS.Signals): Action {
  return async () => ({ kind: 'signal', signal });
}

/** Does nothing until it is killed. */
export function hang(): Action {
  return (start) => {
    start.doing = 'waiting';
    return new Promise((resolve) => start.killed.addEventListener('abort', () => resolve(undefined)));
  };
}

/** Goes on when the promise is fulfilled. */
export function waitFor(promise: PromiseLike<unknown>): Action {
  return async (start) => {
    await Promise.race([promise, hang()(start)]);
    start.doing = 'acting';
    return undefined;
  };
}

/** Lets the test do or look at something at this point. */
export function call(fn: (start: Start) => unknown): Action {
  return async (start) => {
    await fn(start);
    return undefined;
  };
}

/** Goes on when the service sees the runtime in this state, which the refusal of an init error names. */
export function untilState(state: Exclude<RuntimeState, 'Started'>): Action {
  return async (start) => {
    for (;;) {
      const { text } = await exchange(start, '/2018-06-01/runtime/init/error', { method: 'POST' });
      if (text.includes(`from ${state} `)) return undefined;
    }
  };
}

/** Plays its actions over and over. */
export function forever(...actions: Action[]): Action {
  return async (start) => {
    for (;;) {
      for (const action of actions) {
        const end: Exit | undefined = await action(start);
        if (end || start.exit) return end;
      }
    }
  };
}

/** A function that answers each event with itself. */
export function echo(): Action {
  return forever(
    next(),
    respond((event) => event.body),
  );
}

export interface StreamOptions extends AnswerOptions {
  readonly contentType?: string;
  /** False: chunked, but in the buffered response mode. */
  readonly streaming?: boolean;
  readonly path?: 'response' | 'error';
  /** How it ends: with the last chunk, with the connection cut, or with nonsense where a chunk should be. */
  readonly ending?: 'complete' | 'cut' | 'malformed' | 'none';
  /** Sent behind the last chunk. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/**
 * Sends a chunked answer over a connection of its own, each chunk in a write of its own; a promise among the chunks
 * is waited for. The connection is raw, so that it can also break the protocol.
 */
export function stream(
  chunks: readonly (string | Buffer | PromiseLike<unknown>)[],
  options: StreamOptions = {},
): Action {
  return async (start) => {
    const { contentType = 'application/octet-stream', ending = 'complete', path = 'response' } = options;
    const trailers = Object.entries(options.trailers ?? {});
    const head = {
      'Content-Type': contentType,
      'Transfer-Encoding': 'chunked',
      ...(options.streaming !== false && { 'Lambda-Runtime-Function-Response-Mode': 'streaming' }),
      ...(trailers.length > 0 && { Trailer: trailers.map(([name]) => name).join(', ') }),
      ...echoedId(start, options),
      ...options.headers,
    };
    const socket = new RawSocket(start);
    await socket.write(requestHead('POST', `${INVOCATION}/${idOf(start, options)}/${path}`, head));
    for (const chunk of chunks) {
      if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) await waitFor(chunk)(start);
      else
        await socket.write(
          Buffer.concat([
            Buffer.from(`${Buffer.byteLength(chunk).toString(16)}\r\n`),
            Buffer.from(chunk),
            Buffer.from('\r\n'),
          ]),
        );
    }
    if (ending === 'none') return undefined;
    if (ending === 'cut') socket.destroy();
    else if (ending === 'malformed') await socket.write('this is no chunk\r\n');
    else await socket.write(`0\r\n${trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    const text = await socket.firstAnswer();
    start.answers.push(rawAnswer(text));
    if (ending === 'complete') expectAnswer(rawAnswer(text), options.status ?? 202);
    return undefined;
  };
}

/** Writes bytes as they are and records what comes back until the first answer is whole or the connection ends. */
export function raw(bytes: (start: Start) => string | Buffer, { end = false } = {}): Action {
  return async (start) => {
    const socket = new RawSocket(start);
    await socket.write(bytes(start));
    if (end) socket.end();
    start.answers.push(rawAnswer(await socket.firstAnswer()));
    return undefined;
  };
}

export function requestHead(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nHost: runtime\r\n${lines.join('')}\r\n`;
}

export function responsePath(start: Start): string {
  return `${INVOCATION}/${idOf(start, {})}/response`;
}

// ── How actions speak ───────────────────────────────────────────────────────────────────────────────────────────

export async function ask(start: Start, path: string, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await exchange(start, path, request);
  start.answers.push(answer);
  return answer;
}

function exchange(start: Start, path: string, request: HttpRequest): Promise<HttpAnswer> {
  const url = `http://${start.env['AWS_LAMBDA_RUNTIME_API']}${path}`;
  return http(url, { ...request, agent: start.agent, signal: start.killed });
}

function post(
  path: (start: Start) => string,
  body: Body,
  headers: Record<string, string>,
  options: AnswerOptions,
): Action {
  return async (start) => {
    const bytes = typeof body === 'function' ? body(lastEvent(start)) : body;
    const sent = { ...headers, ...echoedId(start, options), ...options.headers };
    const answer = await ask(start, path(start), { method: 'POST', headers: sent, body: bytes });
    expectAnswer(answer, options.status ?? 202);
    return undefined;
  };
}

function echoedId(start: Start, { invocationId }: AnswerOptions): Record<string, string> {
  const id = invocationId ?? start.events.at(-1)?.invocationId ?? '';
  return id === '' ? {} : { 'Lambda-Runtime-Invocation-Id': id };
}

function idOf(start: Start, { requestId }: AnswerOptions): string {
  return requestId ?? lastEvent(start).requestId;
}

function lastEvent(start: Start): HandedEvent {
  const event = start.events.at(-1);
  if (!event) throw new Error('the script answers an event before it was handed one');
  return event;
}

function handedEvent({ headers, body }: HttpAnswer): HandedEvent {
  return {
    requestId: String(headers['lambda-runtime-aws-request-id']),
    invocationId: String(headers['lambda-runtime-invocation-id']),
    headers,
    body,
  };
}

export function expectAnswer(answer: HttpAnswer, status: number): void {
  if (answer.status !== status)
    throw new Error(`expected status ${status}, got ${answer.status}: ${answer.text}`);
}

/** What is recorded of a raw exchange; status 0 when the connection ended without an answer. */
function rawAnswer(text: string): HttpAnswer {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  const body = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
  return { status, headers: {}, body, text: body.toString('utf8') };
}

class RawSocket {
  private readonly socket;
  private received = '';
  private closed = false;
  private heard: () => void = () => {};

  constructor(start: Start) {
    const [host, port] = splitAddress(start.env['AWS_LAMBDA_RUNTIME_API']!);
    this.socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
      this.heard();
    });
    this.socket.on('error', () => {});
    this.socket.on('end', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.closed = true;
      this.heard();
    });
    start.killed.addEventListener('abort', () => this.socket.destroy());
  }

  /** Resolves when the system has taken the bytes: a reader that does not read holds it up. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  async firstAnswer(): Promise<string> {
    while (!this.closed && !isWhole(this.received)) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
    return this.received;
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return text.length >= end + 4 + Number(length ?? 0);
}
