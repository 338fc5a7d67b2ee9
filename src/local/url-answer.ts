import type { HttpAnswer } from '../http/message.js';
import type { Header } from '../lambda/cors.js';
import type { UrlResponse } from '../lambda/function-url.js';
import { answeredTrace } from '../lambda/trace.js';

/** What a response tells of the invocation behind it; without a trace where there was no invocation. */
export interface AnswerOf {
  readonly requestId: string;
  readonly traceId?: string | undefined;
  /** What the URL adds to the function's own headers. */
  readonly added?: readonly Header[] | undefined;
}

/** Sends a whole response of a function URL, unless the client has left. */
export function sendUrlResponse(
  response: HttpAnswer,
  of: AnswerOf,
  { status, headers, body }: UrlResponse,
): void {
  if (response.destroyed || response.headersSent) return;
  const bodiless = status === 204 || status === 304;
  const list: string[] = [];
  for (const [name, value] of headers) list.push(name, value);
  if (!bodiless) list.push('content-length', String(Buffer.byteLength(body)));
  writeHead(response, status, list, of);
  response.end(bodiless ? undefined : body);
}

/** Sends the status and headers of a streamed response; the body follows. */
export function startUrlResponse(
  response: HttpAnswer,
  of: AnswerOf,
  { status, headers }: Omit<UrlResponse, 'body'>,
): void {
  if (response.destroyed || response.headersSent) return;
  const list: string[] = [];
  for (const [name, value] of headers) list.push(name, value);
  writeHead(response, status, list, of);
  response.flushHeaders();
}

/** Sends a text of our own, where AWS has none. */
export function sendText(
  response: HttpAnswer,
  requestId: string,
  status: number,
  text: string,
  type = 'text/plain',
): void {
  sendUrlResponse(
    response,
    { requestId },
    { status, headers: [['content-type', `${type}; charset=utf-8`]], body: text },
  );
}

function writeHead(
  response: HttpAnswer,
  status: number,
  headers: string[],
  { requestId, traceId, added }: AnswerOf,
): void {
  headers.push('x-amzn-RequestId', requestId);
  if (traceId !== undefined) headers.push('x-amzn-trace-id', answeredTrace(traceId));
  if (added !== undefined) for (const [name, value] of added) headers.push(name, value);
  response.writeHead(status, headers);
}
