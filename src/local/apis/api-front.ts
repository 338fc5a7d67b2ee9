import { readBody } from '../../http/body.js';
import { headerOf } from '../../http/header.js';
import type { HttpAnswer, HttpRequest } from '../../http/message.js';
import { forwardedBy } from '../../http/over-tls.js';
import { type Integration, MAX_API_BODY_BYTES } from '../../lambda/api-gateway/definition.js';
import { HTTP_TOO_LARGE } from '../../lambda/api-gateway/http-api-response.js';
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
import { type Located, locate } from './locate.js';
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
    integrate(functions, target, located, read);
  });
}

interface Read {
  readonly request: HttpRequest;
  readonly response: HttpAnswer;
  readonly of: ApiAnswerOf;
  readonly body: Buffer;
}

type Routed = Extract<Located, { kind: 'routed' }>;

function integrate(functions: Functions, target: ApiRequest, located: Routed, read: Read): void {
  const { integration, authorizer } = located;
  const { response, of } = read;
  if (authorizer) return sendApiResponse(response, of, notEmulated(authorizer.why));
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
  read: Read,
): void {
  const { api } = target;
  const { response, of, request } = read;
  const fn = functions.find(integration.function);
  if (!fn) {
    const why = `its function '${integration.function}' is not served here`;
    return sendApiResponse(response, of, notEmulated(why));
  }
  const { front, traceId } = frontRequest(functions, target, read);
  const payload = Buffer.from(located.event(front, functions.home.accountId), 'utf8');
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
