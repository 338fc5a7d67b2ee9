import { readBody } from '../../http/body.js';
import { headerOf } from '../../http/header.js';
import type { HttpAnswer, HttpRequest } from '../../http/message.js';
import { forwardedBy } from '../../http/over-tls.js';
import { type Granted, REST_AUTHORIZER_ERROR } from '../../lambda/api-gateway/authorizer-answer.js';
import {
  type Authorizer,
  type Integration,
  MAX_API_BODY_BYTES,
} from '../../lambda/api-gateway/definition.js';
import { HTTP_INTERNAL_ERROR, HTTP_TOO_LARGE } from '../../lambda/api-gateway/http-api-response.js';
import { notEmulated } from '../../lambda/api-gateway/message.js';
import { REST_TOO_LARGE } from '../../lambda/api-gateway/proxy-response.js';
import type { FrontRequest } from '../../lambda/http-event.js';
import { MAX_SYNC_REQUEST_BYTES } from '../../lambda/limits.js';
import { eventTrace } from '../../lambda/trace.js';
import type { Functions } from '../functions.js';
import { newId } from '../ids.js';
import { type ApiAnswerOf, sendApiResponse } from './api-answer.js';
import { ApiCaller } from './api-caller.js';
import type { ApiRequest } from './apis.js';
import { locate, type Routed } from './locate.js';
import { mockResponse } from './mock.js';

/** Serves one request to an API: finds its route, makes the event, and leaves the answer to the caller. */
export function serveApi(
  functions: Functions,
  target: ApiRequest,
  request: HttpRequest,
  response: HttpAnswer,
): void {
  const { api } = target;
  const requestId = newId();
  const located = locate(target, request);
  const of: ApiAnswerOf = { api, requestId, added: located.added };
  if (located.kind === 'answered') {
    request.resume();
    return sendApiResponse(response, of, located.answer);
  }
  readBody(request, MAX_API_BODY_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large')
      return sendApiResponse(response, of, api.kind === 'http' ? HTTP_TOO_LARGE : REST_TOO_LARGE);
    const read = { request, response, of, body: body.bytes };
    const { authorizer } = located;
    const { front, traceId } = frontRequest(functions, target, read);
    const waiting = { ...read, front, traceId };
    if (!authorizer) integrate(functions, target, located, { ...waiting, granted: {} });
    else {
      letThrough(functions, authorizer, located, waiting).catch((error: Error) => {
        functions.serving.warnOnce(`A request to ${api.name} could not be authorized: ${error.stack}`);
        sendApiResponse(response, of, api.kind === 'http' ? HTTP_INTERNAL_ERROR : REST_AUTHORIZER_ERROR);
      });
    }
  });
}

interface Read {
  readonly request: HttpRequest;
  readonly response: HttpAnswer;
  readonly of: ApiAnswerOf;
  readonly body: Buffer;
}

interface Waiting extends Read {
  readonly front: FrontRequest;
  readonly traceId: string;
}

interface LetThrough extends Waiting {
  readonly granted: Granted;
}

async function letThrough(
  functions: Functions,
  authorizer: Authorizer,
  located: Routed,
  waiting: Waiting,
): Promise<void> {
  const { authorizeApi } = await import('./authorize.js');
  const { request, front, response, of } = waiting;
  const decision = await authorizeApi(functions, authorizer, { request, front, located });
  if (decision.kind === 'granted')
    return integrate(functions, located.target, located, { ...waiting, granted: decision.granted });
  functions.serving.warnOnce(`${of.api.name} refused a request: ${decision.why}.`);
  sendApiResponse(response, of, decision.answer);
}

function integrate(functions: Functions, target: ApiRequest, located: Routed, read: LetThrough): void {
  const { integration } = located;
  const { response, of } = read;
  switch (integration.kind) {
    case 'not-emulated':
      return sendApiResponse(response, of, notEmulated(integration.why));
    case 'mock':
      return sendApiResponse(
        response,
        of,
        mockResponse(integration.answer, headerOf(read.request, 'origin')),
      );
    case 'function':
      return submit(functions, target, located, integration, read);
  }
}

function submit(
  functions: Functions,
  target: ApiRequest,
  located: Routed,
  integration: Extract<Integration, { kind: 'function' }>,
  read: LetThrough,
): void {
  const { api } = target;
  const { response, of, request, front, traceId, granted } = read;
  const fn = functions.find(integration.function);
  if (!fn) {
    const why = `its function '${integration.function}' is not served here`;
    return sendApiResponse(response, of, notEmulated(why));
  }
  const toEvent = located.payloadFormatVersion === '1.0' ? located.version1 : located.version2;
  const payload = Buffer.from(toEvent(front, functions.home.accountId, granted), 'utf8');
  if (payload.length > MAX_SYNC_REQUEST_BYTES)
    return sendApiResponse(response, of, api.kind === 'http' ? HTTP_TOO_LARGE : REST_TOO_LARGE);
  const arn = integration.qualifier === undefined ? fn.arn : `${fn.arn}:${integration.qualifier}`;
  fn.submit({
    requestId: newId(),
    arn,
    payload,
    traceId,
    asynchronous: false,
    caller: new ApiCaller(
      fn,
      functions.serving,
      { request, response, of: { ...of, traceId } },
      {
        rules: located.rules,
        timeoutMs: integration.timeoutMs,
      },
    ),
  });
}

function frontRequest(
  functions: Functions,
  target: ApiRequest,
  { request, body, of }: Pick<Read, 'request' | 'body' | 'of'>,
): { front: FrontRequest; traceId: string } {
  const incoming = headerOf(request, 'x-amzn-trace-id');
  const traceId = functions.serving.newTrace(incoming);
  return {
    traceId,
    front: {
      method: request.method ?? 'GET',
      rawUrl: target.rawUrl,
      rawHeaders: request.rawHeaders,
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      requestId: of.requestId,
      traceId: eventTrace(traceId, incoming),
      nowMs: Date.now(),
      protocol: `HTTP/${request.httpVersion}`,
      forwarded: forwardedBy(request.socket),
    },
  };
}
