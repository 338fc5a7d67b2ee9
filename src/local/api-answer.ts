import type { ServerResponse } from 'node:http';
import { type WireError, wireErrorHeaders } from '../lambda/wire-errors.js';

/** Sends an error of the Lambda API, unless the caller has left. */
export function sendError(response: ServerResponse, requestId: string, error: WireError): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(error.status, {
    ...wireErrorHeaders(error),
    'x-amzn-RequestId': requestId,
    'Content-Length': Buffer.byteLength(error.body),
  });
  response.end(error.body);
}
