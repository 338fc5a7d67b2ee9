import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import { invalidResponseMode } from '../lambda/function-errors.js';
import { MAX_RESPONSE_BYTES } from '../lambda/limits.js';
import {
  invalidFunctionResponseMode,
  invalidRequestId,
  invalidStateTransition,
  PONG,
  type RuntimeApiAnswer,
  STATUS_OK,
  staleInvocation410,
  truncated400,
} from '../lambda/runtime-api-answers.js';
import { acceptedErrorType } from '../lambda/runtime-error-type.js';
import * as concurrent from './concurrent-api.js';
import { ConcurrentEnvironment } from './concurrent-environment.js';
import type { AnyEnvironment, Connections } from './connections.js';
import type { Environment } from './environment.js';
import { EXTENSIONS_API, extensionsApi } from './extensions-api.js';
import { httpPoll } from './poll.js';
import { readAnswer, reportedFailure } from './received-answer.js';
import { notFound, onMethod, send } from './runtime-http.js';
import type { RuntimeInput } from './runtime-state.js';
import { receiveStream } from './streamed-response.js';
import { telemetryApi, telemetryApiOf } from './telemetry/telemetry-api.js';

const PREFIX = '/2018-06-01/';
const INVOCATION = '/2018-06-01/runtime/invocation/';

/** What Node's parser says of a body that ends early, or has something else where a chunk should be. */
const BROKEN_BODY = /^HPE_(INVALID_EOF_STATE|INVALID_CHUNK_SIZE|STRICT|CB_CHUNK_HEADER)$/;
/** Such a request has no response to write to any more; who only closed its own direction can still read this. */
const TRUNCATED_ON_THE_WIRE = [
  `HTTP/1.1 ${truncated400.status} Bad Request`,
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(truncated400.body)}`,
  'Connection: close',
  '',
  truncated400.body,
].join('\r\n');

/**
 * The Runtime API, 2018-06-01: one HTTP server for the endpoints of all environments.
 * Source: RIE internal/lambda/rapi/router.go and rapi/handler/*.go.
 */
export function runtimeApi(connections: Connections): Server {
  const server = createServer(
    { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 },
    (request, response) => {
      const environment = connections.environmentOf(request.socket);
      if (environment) route(environment, request, response);
      else response.destroy();
    },
  );
  // A runtime that speaks something else than HTTP loses its connection, nothing more.
  server.on('clientError', (error, socket) => {
    const broken = BROKEN_BODY.test((error as NodeJS.ErrnoException).code ?? '');
    if (broken && socket.writable) socket.end(TRUNCATED_ON_THE_WIRE, () => socket.destroy());
    else socket.destroy();
  });
  return server;
}

function route(environment: AnyEnvironment, request: IncomingMessage, response: ServerResponse): void {
  const { method } = request;
  const url = withoutQuery(request.url ?? '');
  if (url.startsWith(EXTENSIONS_API))
    return extensionsApi(environment, url.slice(EXTENSIONS_API.length), request, response);
  const telemetry = telemetryApiOf(url);
  if (telemetry) return telemetryApi(telemetry, environment, request, response);
  if (!url.startsWith(PREFIX)) return notFound(request, response);
  if (url.startsWith(INVOCATION)) {
    const rest = url.slice(INVOCATION.length);
    if (rest === 'next') return onMethod('GET', request, response, () => next(environment, response));
    const slash = rest.indexOf('/');
    const id = rest.slice(0, slash);
    const action = rest.slice(slash + 1);
    if (slash > 0 && (action === 'response' || action === 'error'))
      return onMethod('POST', request, response, () => speaksOf(environment, id, action, request, response));
  }
  if (url === '/2018-06-01/runtime/init/error') {
    return onMethod('POST', request, response, () => initError(environment, request, response));
  }
  if (url === '/2018-06-01/ping' && method === 'GET') {
    response.writeHead(PONG.status, { 'Content-Type': PONG.contentType }).end(PONG.body);
    return;
  }
  notFound(request, response);
}

function next(environment: AnyEnvironment, response: ServerResponse): void {
  if (environment instanceof ConcurrentEnvironment) concurrent.next(environment, response);
  else if (allow(environment, 'next', response)) environment.nextPolled(httpPoll(response));
}

function speaksOf(
  environment: AnyEnvironment,
  id: string,
  action: 'response' | 'error',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (environment instanceof ConcurrentEnvironment) {
    const handle = action === 'response' ? concurrent.answer : concurrent.failed;
    return handle(environment, id, request, response);
  }
  const handle = action === 'response' ? answer : failed;
  handle(environment, id, request, response);
}

function answer(
  environment: Environment,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!speaksOfCurrent(environment, id, request, response)) return;
  const mode = request.headers['lambda-runtime-function-response-mode'];
  if (mode !== undefined && mode !== 'streaming') {
    request.resume();
    if (!allow(environment, 'response', response)) return;
    environment.unanswered?.fail(invalidResponseMode(id));
    environment.parties.advance('answer-received');
    send(response, invalidFunctionResponseMode);
    return;
  }
  if (!allow(environment, 'response', response)) {
    request.resume();
    return;
  }
  environment.unanswered?.answering();
  if (mode === 'streaming') {
    receiveStream(environment, id, request, (told) => received(environment, response, told));
    return;
  }
  readAnswer(
    environment,
    id,
    request,
    (told) => received(environment, response, told),
    (run, bytes) => run.succeed(bytes),
  );
}

function failed(
  environment: Environment,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!speaksOfCurrent(environment, id, request, response)) return;
  if (!allow(environment, 'error', response)) {
    request.resume();
    return;
  }
  readAnswer(
    environment,
    id,
    request,
    (told) => received(environment, response, told),
    (run, bytes) => run.fail(reportedFailure(request, bytes)),
  );
}

function initError(environment: AnyEnvironment, request: IncomingMessage, response: ServerResponse): void {
  if (!allow(environment, 'init-error', response)) {
    request.resume();
    return;
  }
  const errorType = acceptedErrorType(headerOf(request, 'lambda-runtime-function-error-type'));
  readBody(request, MAX_RESPONSE_BYTES, (body) => {
    const payload = body.kind === 'whole' ? body.bytes : '';
    // Told once the runtime has its answer, or has gone: then the process is ended.
    response.once('close', () => environment.initErrorReported({ errorType, payload }));
    send(response, STATUS_OK);
  });
}

/** The answer has been received: the runtime may ask for more once it reads what we say. */
function received(environment: Environment, response: ServerResponse, told: RuntimeApiAnswer): void {
  environment.parties.advance('answer-received');
  send(response, told);
}

/** The request id is checked before the state (RIE: rapi/middleware), then the attempt's own id. */
function speaksOfCurrent(
  environment: Environment,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { current } = environment;
  if (current?.invocation.requestId !== id) {
    request.resume();
    send(response, invalidRequestId);
    return false;
  }
  const echoed = request.headers['lambda-runtime-invocation-id'];
  if (echoed !== undefined && echoed !== current.invocationId) {
    request.resume();
    send(response, staleInvocation410);
    return false;
  }
  return true;
}

function allow(environment: AnyEnvironment, input: RuntimeInput, response: ServerResponse): boolean {
  const step = environment.parties.advance(input);
  if (step.allowed) return true;
  send(response, invalidStateTransition(step.from, step.to));
  return false;
}

function withoutQuery(url: string): string {
  const question = url.indexOf('?');
  return question === -1 ? url : url.slice(0, question);
}
