import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { contentTooLarge, toEvent } from '../lambda/function-url.js';
import { MAX_SYNC_REQUEST_BYTES } from '../lambda/limits.js';
import type { LocalFunction } from './function.js';
import { newTrace } from './functions.js';
import { newId } from './ids.js';
import { sendUrlResponse } from './url-answer.js';
import { UrlCaller } from './url-caller.js';

/** Where a request to a function's URL leads. */
export interface UrlTarget {
  readonly fn: LocalFunction;
  /** Path and query as the function sees them. */
  readonly rawUrl: string;
  /** Set by a route of the watch router. */
  readonly route?: { readonly routeKey: string; readonly pathParameters: Record<string, string> } | undefined;
}

/** AWS's word for the caller of a URL whose auth type is NONE (developer guide, urls-invocation). */
const ANONYMOUS = 'anonymous';

/** Serves one request to a function's URL: makes the event, and leaves the answer to the caller. */
export function serveUrl(target: UrlTarget, request: HttpRequest, response: HttpAnswer): void {
  const requestId = newId();
  readBody(request, MAX_SYNC_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large') return sendUrlResponse(response, { requestId }, contentTooLarge());
    const { fn } = target;
    const traceId = newTrace(headerOf(request, 'x-amzn-trace-id'));
    const event = toEvent({
      method: request.method ?? 'GET',
      rawUrl: target.rawUrl,
      rawHeaders: request.rawHeaders,
      body: body.bytes,
      sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
      domainName: (request.headers.host ?? 'localhost').replace(/:\d+$/, ''),
      urlId: fn.name,
      accountId: ANONYMOUS,
      requestId,
      traceId,
      nowMs: Date.now(),
      protocol: `HTTP/${request.httpVersion}`,
      forwarded: { proto: 'http', port: String(request.socket.localPort) },
      route: target.route,
    });
    fn.submit({
      requestId,
      arn: fn.arn,
      payload: Buffer.from(event, 'utf8'),
      traceId,
      asynchronous: false,
      caller: new UrlCaller(fn, request, response),
    });
  });
}
