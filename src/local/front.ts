import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { readPlainRequests } from '../http/plain-connection.js';
import { unknownUrl } from '../lambda/function-url.js';
import { type QueryService, queryServiceOf } from '../lambda/identity/service-of.js';
import { serveApi } from './apis/api-front.js';
import type { Functions } from './functions.js';
import type { ApiContext } from './functions-api/context.js';
import { createdUrl } from './functions-api/created-url.js';
import { newId } from './ids.js';
import { invoke, invokeWithResponseStream } from './invoke-api.js';
import { refuseAbsentService } from './refuse-absent-service.js';
import { isOtlp, receiveOtlp } from './traces/receiver.js';
import type { Traces } from './traces/traces.js';
import { sendText, sendUrlResponse } from './url-answer.js';
import { serveUrl, type UrlTarget } from './url-front.js';
import type { UrlRouter } from './url-router.js';

const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;
const STREAM = /^\/2021-11-15\/functions\/([^/?]+)\/response-streaming-invocations$/;
/** Every path of AWS's API begins with the date of its version. */
const API = /^\/20\d\d-\d\d-\d\d\//;
const LAMBDA_URL = '/lambda-url/';
const URL_HOST = '.lambda-url.';
const LOGS_TARGET = 'Logs_20140328.';

export interface Front {
  readonly server: Server;
  /** Ends the connections that wait for a request. */
  closeIdle(): void;
  closeAll(): void;
}

/** How the port speaks: plain HTTP, or HTTP over TLS. */
export type OpenServer = (
  options: ServerOptions,
  request: RequestListener,
) => {
  readonly server: Server;
  /** What it emits for a connection that HTTP can be read from. */
  readonly event: 'connection' | 'secureConnection';
  closePlain(): void;
};

const withoutTls: OpenServer = (options, request) => ({
  server: createServer(options, request),
  event: 'connection',
  closePlain() {},
});

/** The port that callers know: the Lambda API and the functions' URLs. */
export function front(
  context: ApiContext,
  router: UrlRouter,
  traces?: Traces,
  open: OpenServer = withoutTls,
): Front {
  const { functions } = context;
  const options = { keepAliveTimeout: 65_000, requestTimeout: 0 };
  const { server, event, closePlain } = open(options, (request, response) => {
    if (traces && isOtlp(request) && urlHostOf(request.headers.host) === undefined)
      return receiveOtlp(traces, request, response);
    route(context, router, request, response);
  });
  server.on('clientError', (error, socket) => {
    const tooLong = (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW';
    const status = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    else socket.destroy();
  });
  const plain = readPlainRequests(
    server,
    (request, answer) => {
      if (!functions.apis.empty && servedByApi(functions, request, answer)) return 'served';
      const target = urlTarget(functions, router, request);
      if (!target) return 'left';
      serveUrl(target, request, answer);
      return 'served';
    },
    event,
  );
  return {
    server,
    closeIdle() {
      server.closeIdleConnections();
      plain.closeIdle();
      closePlain();
    },
    closeAll() {
      server.closeAllConnections();
      plain.closeAll();
    },
  };
}

function route(
  context: ApiContext,
  router: UrlRouter,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { functions } = context;
  const url = request.url ?? '/';
  const operation = logsOperation(request);
  if (operation !== undefined) return logsApi(context, operation, request, response);
  const service = queryService(request);
  if (service) return queryApi(context, service, request, response);
  if (refuseAbsentService(request, response)) return;
  if (!functions.apis.empty && servedByApi(functions, request, response)) return;
  const target = urlTarget(functions, router, request);
  if (target) return serveUrl(target, request, response);
  const host = urlHostOf(request.headers.host);
  if (host !== undefined) return unknownHost(functions, host, request, response);
  if (API.test(url)) return api(context, url, request, response);
  if (url.startsWith(LAMBDA_URL)) return noFunction(functions, unknownName(url), request, response);
  noFunction(functions, 'No function answers here.', request, response);
}

/** Whether an API was asked; then it answers. */
function servedByApi(functions: Functions, request: HttpRequest, answer: HttpAnswer): boolean {
  const target = functions.apis.find(request.headers.host, request.url ?? '/');
  if (target === undefined) return false;
  if (target === 'unknown') {
    request.resume();
    const urls = functions.apis.all.map(({ name }) => `  /apis/${name}/`);
    sendText(answer, newId(), 404, `There is no such API.\nThe APIs are at:\n${urls.join('\n')}\n`);
  } else serveApi(functions, target, request, answer);
  return true;
}

/** The function whose URL is asked, if it is one's. */
function urlTarget(functions: Functions, router: UrlRouter, request: HttpRequest): UrlTarget | undefined {
  const url = request.url ?? '/';
  const { serving } = functions;
  const host = urlHostOf(request.headers.host);
  if (host !== undefined) {
    return urlNamed(functions, host, url);
  }
  if (API.test(url)) return undefined;
  if (url.startsWith(LAMBDA_URL)) return namedUrl(functions, url);
  const routed = router.find(request.method ?? 'GET', pathOf(url));
  if (routed) return { fn: routed.fn, serving, rawUrl: url, route: routed.route };
  const { only } = functions;
  return only && { fn: only, serving, rawUrl: url };
}

function api(context: ApiContext, url: string, request: IncomingMessage, response: ServerResponse): void {
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : url.slice(question + 1);
  const match = INVOKE.exec(path) ?? STREAM.exec(path);
  const name = match ? decoded(match[1]!) : undefined;
  if (request.method !== 'POST' || name === undefined)
    return controlPlane(context, path, query, request, response);
  const answer = path.endsWith('/invocations') ? invoke : invokeWithResponseStream;
  answer(context.functions, name, query, request, response);
}

/** Whatever is not an invocation. What answers is loaded when somebody asks. */
function controlPlane(
  context: ApiContext,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  void import('./functions-api/api.js').then(({ serveFunctionsApi }) =>
    serveFunctionsApi(context, path, query, request, response),
  );
}

/** What is asked of CloudWatch Logs: its requests differ from a function's own only in a header. */
function logsOperation({ url, headers }: IncomingMessage): string | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string' || url !== '/' || !target.startsWith(LOGS_TARGET)) return undefined;
  return urlHostOf(headers.host) === undefined ? target.slice(LOGS_TARGET.length) : undefined;
}

/** What is asked of IAM or STS: a signed form at the root, which differs from a function's own in what it is signed for. */
function queryService({ method, url, headers }: IncomingMessage): QueryService | undefined {
  if (method !== 'POST' || url !== '/' || urlHostOf(headers.host) !== undefined) return undefined;
  return queryServiceOf(headers.authorization);
}

function queryApi(
  context: ApiContext,
  service: QueryService,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  void import('./identity/query-api.js').then(({ serveQueryApi }) =>
    serveQueryApi(context, service, request, response),
  );
}

/** What answers is loaded when somebody asks: most sessions never read their logs this way. */
function logsApi(
  context: ApiContext,
  operation: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  void import('./logs/logs-api.js').then(({ serveLogs }) =>
    serveLogs(context.logs, operation, request, response),
  );
}

/** `/lambda-url/<function>/…`: the function sees what follows its name. */
function namedUrl(functions: Functions, url: string): UrlTarget | undefined {
  const name = nameIn(url);
  const rawUrl = url.slice(name.end) || '/';
  if (name.decoded === undefined) return undefined;
  return urlNamed(functions, name.decoded, rawUrl.startsWith('/') ? rawUrl : `/${rawUrl}`);
}

/** A function that is built here has a URL by its name; others have those that were created for them. */
function urlNamed(functions: Functions, named: string, rawUrl: string): UrlTarget | undefined {
  const { serving } = functions;
  const fn = functions.called(named);
  if (fn) return { fn, serving, rawUrl };
  const created = createdUrl(functions.deployed, named);
  return created && { ...created, serving, rawUrl };
}

function unknownName(url: string): string {
  const { decoded, sent } = nameIn(url);
  return `There is no function '${decoded ?? sent}'.`;
}

function nameIn(url: string): { decoded: string | undefined; sent: string; end: number } {
  const length = url.slice(LAMBDA_URL.length).search(/[/?]/);
  const end = length === -1 ? url.length : LAMBDA_URL.length + length;
  const sent = url.slice(LAMBDA_URL.length, end);
  return { decoded: decoded(sent), sent, end };
}

/** The function that a host of AWS's form names: `<function>.lambda-url.localhost:9000`. */
function urlHostOf(host: string | undefined): string | undefined {
  const at = host?.indexOf(URL_HOST) ?? -1;
  return at > 0 ? host!.slice(0, at) : undefined;
}

/** A host is AWS's way to name a function, and gets AWS's answer where there is none; paths are ours, and help. */
function unknownHost(
  functions: Functions,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  functions.serving.warnOnce(
    `A request went to the URL of '${name}', which is no function here. There are: ${functions.names.join(', ')}`,
  );
  sendUrlResponse(response, { requestId: newId() }, unknownUrl());
}

function noFunction(
  functions: Functions,
  what: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const urls = functions.names.map((name) => `  ${LAMBDA_URL}${name}/`);
  const list = urls.length === 0 ? 'This project has none yet.' : `The functions are at:\n${urls.join('\n')}`;
  sendText(response, newId(), 404, `${what}\n${list}\n`);
}

function pathOf(url: string): string {
  const question = url.indexOf('?');
  return question === -1 ? url : url.slice(0, question);
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
