import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { forwardedBy, isOverTls } from '../http/over-tls.js';
import { type Cors, corsHeaders, type Header, preflightOf, preflightResponse } from '../lambda/cors.js';
import { BAD_GATEWAY, contentTooLarge, forbidden, toEvent, type UrlRequest } from '../lambda/function-url.js';
import { MAX_SYNC_REQUEST_BYTES } from '../lambda/limits.js';
import type { IamCaller } from '../lambda/signature.js';
import { eventTrace } from '../lambda/trace.js';
import type { LocalFunction } from './function.js';
import type { InvokeMode, UrlAuth } from './function-settings.js';
import { newId } from './ids.js';
import type { Serving } from './serving.js';
import { sendUrlResponse } from './url-answer.js';
import { authorize } from './url-auth.js';
import { UrlCaller } from './url-caller.js';

/** Where a request to a function's URL leads. */
export interface UrlTarget {
  readonly fn: LocalFunction;
  readonly serving: Serving;
  /** Path and query as the function sees them. */
  readonly rawUrl: string;
  /** What was configured for it over the API; without it the function's own settings hold. */
  readonly url?: ConfiguredUrl | undefined;
  /** Set by a route of the watch router. */
  readonly route?: { readonly routeKey: string; readonly pathParameters: Record<string, string> } | undefined;
}

/** A URL that was configured over the API. */
export interface ConfiguredUrl {
  readonly id: string;
  /** As it invokes: with the alias that it is of. */
  readonly arn: string;
  readonly urlAuth: UrlAuth;
  readonly invokeMode: InvokeMode;
  readonly cors: Cors | undefined;
  /** Why nobody may use it without signing; undefined when everybody may. */
  readonly closed: string | undefined;
}

/** A request whose body has been read. */
interface UrlRequestRead {
  readonly request: HttpRequest;
  readonly response: HttpAnswer;
  readonly requestId: string;
  readonly body: Buffer;
  /** What the URL's CORS adds to the answer. */
  readonly added: readonly Header[] | undefined;
}

/** AWS's word for the caller of a URL whose auth type is NONE (developer guide, urls-invocation). */
const ANONYMOUS = 'anonymous';

/** Serves one request to a function's URL: makes the event, and leaves the answer to the caller. */
export function serveUrl(target: UrlTarget, request: HttpRequest, response: HttpAnswer): void {
  const requestId = newId();
  const { cors, urlAuth } = target.url ?? target.fn.settings;
  const preflight = cors && preflightOf(request.method, request.headers);
  if (preflight) {
    request.resume();
    return sendUrlResponse(response, { requestId }, preflightResponse(cors, preflight));
  }
  if (target.url?.closed !== undefined) {
    request.resume();
    target.serving.warnOnce(`The URL of ${target.url.arn} refused a request: ${target.url.closed}`);
    return sendUrlResponse(response, { requestId }, forbidden());
  }
  const added = cors && corsHeaders(cors, headerOf(request, 'origin'));
  readBody(request, MAX_SYNC_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large') return sendUrlResponse(response, { requestId, added }, contentTooLarge());
    const read = { request, response, requestId, body: body.bytes, added };
    if (urlAuth === 'NONE') submit(target, read, undefined);
    else {
      submitSigned(target, read).catch((error: Error) => {
        target.fn.warn(`A signature could not be checked: ${error.stack}`);
        sendUrlResponse(response, read, BAD_GATEWAY);
      });
    }
  });
}

async function submitSigned(target: UrlTarget, read: UrlRequestRead): Promise<void> {
  const { fn, serving } = target;
  const result = await authorize(read.request, read.body, serving.urlKeys);
  if (result.kind === 'caller') return submit(target, read, result.caller);
  serving.warnOnce(
    `${fn.name}'s URL has the auth type AWS_IAM and refused a request: ${result.why}. Sign requests with a key that ` +
      'is accepted (--accept-key ID:SECRET), or let everybody call it: --url-auth NONE',
  );
  sendUrlResponse(read.response, read, result.answer);
}

function submit(target: UrlTarget, read: UrlRequestRead, iam: IamCaller | undefined): void {
  const { fn, serving } = target;
  const { request, response, requestId, added } = read;
  const incoming = headerOf(request, 'x-amzn-trace-id');
  const traceId = serving.newTrace(incoming);
  const event = toEvent({
    method: request.method ?? 'GET',
    rawUrl: target.rawUrl,
    rawHeaders: request.rawHeaders,
    body: read.body,
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    domainName: (request.headers.host ?? 'localhost').replace(/:\d+$/, ''),
    urlId: target.url?.id ?? fn.name,
    accountId: iam?.accountId ?? ANONYMOUS,
    iam,
    requestId,
    traceId: eventTrace(traceId, incoming),
    nowMs: Date.now(),
    protocol: `HTTP/${request.httpVersion}`,
    forwarded: forwardedBy(request.socket),
    tls: tlsOf(request.socket),
    route: target.route,
  });
  const payload = Buffer.from(event, 'utf8');
  if (payload.length > MAX_SYNC_REQUEST_BYTES) return sendUrlResponse(response, read, contentTooLarge());
  fn.submit({
    requestId,
    arn: target.url?.arn ?? fn.arn,
    payload,
    traceId,
    asynchronous: false,
    caller: new UrlCaller(fn, serving, request, response, added, target.url?.invokeMode),
  });
}

function tlsOf(socket: HttpRequest['socket']): UrlRequest['tls'] {
  if (!isOverTls(socket)) return undefined;
  return { version: socket.getProtocol() ?? '', cipherSuite: socket.getCipher().name };
}
