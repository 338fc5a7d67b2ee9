import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { unknownOperation } from '../lambda/wire-errors.js';
import { sendError } from './api-answer.js';
import type { LocalFunction } from './function.js';
import type { Functions } from './functions.js';
import { newId } from './ids.js';
import { invoke, invokeWithResponseStream } from './invoke-api.js';
import { sendText } from './url-answer.js';
import { serveUrl } from './url-front.js';
import type { UrlRouter } from './url-router.js';

const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;
const STREAM = /^\/2021-11-15\/functions\/([^/?]+)\/response-streaming-invocations$/;
/** Every path of AWS's API begins with the date of its version. */
const API = /^\/20\d\d-\d\d-\d\d\//;
const LAMBDA_URL = '/lambda-url/';
const URL_HOST = '.lambda-url.';

/** The port that callers know: the Lambda API and the functions' URLs. */
export function front(functions: Functions, router: UrlRouter): Server {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (request, response) =>
    route(functions, router, request, response),
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function route(
  functions: Functions,
  router: UrlRouter,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = request.url ?? '/';
  const hosted = functionOfHost(functions, request.headers.host);
  if (hosted) return serveUrl({ fn: hosted, rawUrl: url }, request, response);
  if (API.test(url)) return api(functions, url, request, response);
  if (url.startsWith(LAMBDA_URL)) return namedUrl(functions, url, request, response);
  const routed = router.find(request.method ?? 'GET', pathOf(url));
  if (routed) return serveUrl({ fn: routed.fn, rawUrl: url, route: routed.route }, request, response);
  const { only } = functions;
  if (only) return serveUrl({ fn: only, rawUrl: url }, request, response);
  noFunction(functions, 'No function answers here.', request, response);
}

function api(functions: Functions, url: string, request: IncomingMessage, response: ServerResponse): void {
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : url.slice(question + 1);
  const match = INVOKE.exec(path) ?? STREAM.exec(path);
  const name = match && decoded(match[1]!);
  if (request.method !== 'POST' || name === null || name === undefined) {
    request.resume();
    return sendError(response, newId(), unknownOperation());
  }
  const answer = path.endsWith('/invocations') ? invoke : invokeWithResponseStream;
  answer(functions, name, query, request, response);
}

/** `/lambda-url/<function>/…`: the function sees what follows its name. */
function namedUrl(
  functions: Functions,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const rest = url.slice(LAMBDA_URL.length);
  const end = rest.search(/[/?]/);
  const name = decoded(end === -1 ? rest : rest.slice(0, end));
  const fn = name === undefined ? undefined : functions.find(name);
  if (!fn) return noFunction(functions, `There is no function '${name ?? rest}'.`, request, response);
  const rawUrl = end === -1 ? '/' : rest.slice(end);
  serveUrl({ fn, rawUrl: rawUrl.startsWith('/') ? rawUrl : `/${rawUrl}` }, request, response);
}

/** `<function>.lambda-url.localhost:9000` */
function functionOfHost(functions: Functions, host: string | undefined): LocalFunction | undefined {
  const at = host?.indexOf(URL_HOST) ?? -1;
  return at > 0 ? functions.find(host!.slice(0, at)) : undefined;
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
