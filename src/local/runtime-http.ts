import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RuntimeApiAnswer } from '../lambda/runtime-api-answers.js';

/** How the APIs of an environment answer over HTTP: the Runtime API and those for extensions. */

export function onMethod(
  method: 'GET' | 'POST' | 'PUT',
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => void,
): void {
  if (request.method === method) handle();
  else notAllowed(request, response);
}

export function notFound(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
}

function notAllowed(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(405).end();
}

/** @param headers names and values in turn, beside those of every answer */
export function send(
  response: ServerResponse,
  { status, body }: RuntimeApiAnswer,
  headers: readonly string[] = [],
): void {
  response.writeHead(status, [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(Buffer.byteLength(body)),
    ...headers,
  ]);
  response.end(body);
}
