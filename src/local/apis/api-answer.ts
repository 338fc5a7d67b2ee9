import type { HttpAnswer } from '../../http/message.js';
import type { Api } from '../../lambda/api-gateway/definition.js';
import type { Header } from '../../lambda/cors.js';
import type { UrlResponse } from '../../lambda/function-url-response.js';
import { parseTraceHeader } from '../../lambda/trace.js';

/** What an answer tells beside what the function says. */
export interface ApiAnswerOf {
  readonly api: Api;
  readonly requestId: string;
  /** Where there was an invocation. */
  readonly traceId?: string | undefined;
  /** The API's CORS: what it says takes the place of what the function says. */
  readonly added?: readonly Header[] | undefined;
}

/** Sends an answer with the API's own headers, unless the client has left. */
export function sendApiResponse(response: HttpAnswer, of: ApiAnswerOf, answer: UrlResponse): void {
  if (response.destroyed || response.headersSent) return;
  const { status, body } = answer;
  const bodiless = status === 204 || status === 304;
  const added = of.added ?? [];
  const overruled = new Set(added.map(([name]) => name.toLowerCase()));
  const list: string[] = [];
  for (const [name, value] of answer.headers) if (!overruled.has(name.toLowerCase())) list.push(name, value);
  if (!bodiless) list.push('content-length', String(Buffer.byteLength(body)));
  for (const [name, value] of [...added, ...ownHeaders(of)]) list.push(name, value);
  response.writeHead(status, list);
  response.end(bodiless ? undefined : body);
}

function ownHeaders({ api, requestId, traceId }: ApiAnswerOf): Header[] {
  // The same id in the form of 15 letters that an HTTP API shows to clients.
  if (api.kind === 'http') return [['apigw-requestid', `${requestId.replaceAll('-', '').slice(0, 15)}=`]];
  const root = traceId === undefined ? undefined : parseTraceHeader(traceId).root;
  return [
    ['x-amzn-RequestId', requestId],
    ['x-amz-apigw-id', `${requestId.replaceAll('-', '').slice(0, 15)}=`],
    ...(root === undefined ? [] : [['X-Amzn-Trace-Id', `Root=${root}`] as Header]),
  ];
}
