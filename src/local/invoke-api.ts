import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import { decodeClientContext } from '../lambda/client-context.js';
import { COGNITO_IDENTITY_HEADER, decodeCognitoIdentity } from '../lambda/cognito-identity.js';
import { resolveTarget } from '../lambda/function-name.js';
import { describeInvalidJson } from '../lambda/json-payload.js';
import { MAX_ASYNC_REQUEST_BYTES, MAX_SYNC_REQUEST_BYTES } from '../lambda/limits.js';
import { answeredTrace } from '../lambda/trace.js';
import {
  brokenConstraint,
  eventTooLarge,
  invalidJson,
  requestTooLarge,
  serviceFailure,
  validation,
  type WireError,
} from '../lambda/wire-errors.js';
import { sendError } from './api-answer.js';
import { collected } from './collected.js';
import type { EventQueue, NewEvent } from './event-queue/event-queue.js';
import { findVersion } from './find-version.js';
import type { LocalFunction } from './function.js';
import type { Functions } from './functions.js';
import { newId } from './ids.js';
import { type Caller, refusalError } from './invocation.js';
import { LogTail } from './log-tail.js';
import type { Shape } from './shaped-stream.js';

const INVOCATION_TYPES = ['Event', 'RequestResponse', 'DryRun'] as const;
type InvocationType = (typeof INVOCATION_TYPES)[number];

/** What an Invoke request asks for, its body aside. */
interface Asked {
  readonly fn: LocalFunction;
  readonly arn: string;
  readonly type: InvocationType;
  readonly tail: boolean;
  readonly clientContext: string | undefined;
  readonly cognitoIdentity: string | undefined;
}

const EMPTY_OBJECT = Buffer.from('{}');

/** `POST /2015-03-31/functions/{FunctionName}/invocations`: answered as a whole. */
export function invoke(
  functions: Functions,
  name: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  accept(functions, name, query, request, response, bufferedCaller);
}

/**
 * `POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations`: answered chunk by chunk. What makes
 * the frames is loaded when somebody asks for them.
 */
export function invokeWithResponseStream(
  functions: Functions,
  name: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  void import('./stream-invoke.js').then(({ streamingCaller }) =>
    accept(functions, name, query, request, response, streamingCaller),
  );
}

function accept(
  functions: Functions,
  name: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
  callerOf: (response: ServerResponse, shape: Shape, version: string) => Caller,
): void {
  const requestId = newId();
  const asked = read(functions, name, query, request);
  if ('status' in asked) {
    request.resume();
    return sendError(response, requestId, asked);
  }
  const { fn, arn, type, clientContext, cognitoIdentity } = asked;
  readBody(request, MAX_SYNC_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large') return sendError(response, requestId, requestTooLarge());
    const size = body.bytes.length;
    if (type === 'Event' && size > MAX_ASYNC_REQUEST_BYTES)
      return sendError(response, requestId, eventTooLarge(size));
    const problem = describeInvalidJson(body.bytes);
    if (problem !== undefined) return sendError(response, requestId, invalidJson(problem));
    if (type === 'DryRun') return sendEmpty(response, 204, requestId);
    const payload = body.bytes.length === 0 ? EMPTY_OBJECT : body.bytes;
    const incomingTrace = headerOf(request, 'x-amzn-trace-id');
    const traceId = functions.serving.newTrace(incomingTrace);
    if (type === 'Event') {
      const event = { requestId, arn, payload, traceId, incomingTrace, clientContext, cognitoIdentity };
      return acceptEvent(functions.eventQueue, fn, event, response);
    }
    fn.submit({
      requestId,
      arn,
      payload,
      traceId,
      clientContext,
      cognitoIdentity,
      asynchronous: false,
      caller: callerOf(response, functions.serving.shape, fn.version),
      tail: asked.tail ? new LogTail() : undefined,
    });
  });
}

/** AWS says 202 once the event is queued, whatever becomes of it. */
function acceptEvent(queue: EventQueue, fn: LocalFunction, event: NewEvent, response: ServerResponse): void {
  const { requestId } = event;
  const kept = queue.accept(fn, event);
  if (!kept) return sendEmpty(response, 202, requestId);
  kept.then(
    () => sendEmpty(response, 202, requestId),
    (error: Error) => sendError(response, requestId, serviceFailure(error.message)),
  );
}

function read(
  functions: Functions,
  name: string,
  query: string,
  request: IncomingMessage,
): Asked | WireError {
  const qualifier = query === '' ? undefined : (new URLSearchParams(query).get('Qualifier') ?? undefined);
  const target = resolveTarget(name, qualifier, functions.home);
  if (target.kind !== 'function') return target;
  const found = findVersion(functions, target);
  if (found.status !== undefined) return found;
  const { fn, arn } = found;
  const type = headerOf(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  if (!isInvocationType(type)) {
    const known = `Member must satisfy enum value set: [${INVOCATION_TYPES.join(', ')}]`;
    return validation(brokenConstraint(type, 'invocationType', known));
  }
  const sent = headerOf(request, 'x-amz-client-context');
  const context = sent === undefined ? undefined : decodeClientContext(sent);
  if (context && 'status' in context) return context;
  const tail =
    type === 'RequestResponse' &&
    headerOf(request, 'x-amz-log-type') === 'Tail' &&
    // Managed instances have none: lines of several invocations are mixed.
    fn.settings.maxConcurrency === undefined;
  const identity = headerOf(request, COGNITO_IDENTITY_HEADER.toLowerCase());
  const cognitoIdentity = identity === undefined ? undefined : decodeCognitoIdentity(identity);
  return { fn, arn, type, tail, clientContext: context?.json, cognitoIdentity };
}

function bufferedCaller(response: ServerResponse, _shape: Shape, version: string): Caller {
  const caller: Caller = {
    succeed: (payload, invocation) => send(payload, invocation, false),
    fail: (failure, invocation) => send(failure.payload, invocation, true),
    stream: (_contentType, invocation) => collected(caller, invocation),
    refuse: (refusal, { requestId }) => sendError(response, requestId, refusalError(refusal)),
  };
  const send = (
    payload: string | Uint8Array,
    { requestId, traceId, tail }: { requestId: string; traceId: string; tail?: LogTail | undefined },
    functionError: boolean,
  ) => {
    if (response.destroyed) return;
    const headers = [
      'Content-Type',
      'application/json',
      'Content-Length',
      String(Buffer.byteLength(payload)),
      'x-amzn-RequestId',
      requestId,
      'X-Amzn-Remapped-Content-Length',
      '0',
      'X-Amz-Executed-Version',
      version,
      'X-Amzn-Trace-Id',
      answeredTrace(traceId),
    ];
    if (functionError) headers.push('X-Amz-Function-Error', 'Unhandled');
    if (tail) headers.push('X-Amz-Log-Result', tail.base64());
    response.writeHead(200, headers);
    response.end(payload);
  };
  return caller;
}

function sendEmpty(response: ServerResponse, status: number, requestId: string): void {
  if (response.destroyed) return;
  response.writeHead(status, ['x-amzn-RequestId', requestId, 'Content-Length', '0']);
  response.end();
}

function isInvocationType(type: string): type is InvocationType {
  return (INVOCATION_TYPES as readonly string[]).includes(type);
}
