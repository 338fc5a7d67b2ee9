import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.js';
import { isOverTls } from '../../http/over-tls.js';
import { ApiError, refusal } from '../../lambda/functions-api/errors.js';
import {
  type Asked,
  findOperation,
  type OperationName,
  readBodyMembers,
  readInput,
} from '../../lambda/functions-api/operations.js';
import { MAX_API_REQUEST_BYTES } from '../../lambda/limits.js';
import { serviceFailure, unknownOperation, type WireError } from '../../lambda/wire-errors.js';
import { sendError } from '../api-answer.js';
import { newId } from '../ids.js';
import { aliasOperations } from './alias-operations.js';
import { isDownload, serveDownload } from './code-download.js';
import { concurrencyOperations } from './concurrency-operations.js';
import type { ApiContext, Handler, Handlers, Reach } from './context.js';
import { eventInvokeOperations } from './event-invoke-operations.js';
import { functionOperations } from './function-operations.js';
import { layerOperations } from './layer-operations.js';
import { otherOperations } from './other-operations.js';
import { permissionOperations } from './permission-operations.js';
import { sourceOperations } from './source-operations.js';
import { tagOperations } from './tag-operations.js';
import { urlOperations } from './url-operations.js';
import { versionOperations } from './version-operations.js';

const HANDLERS: Required<Handlers> = {
  ...functionOperations,
  ...versionOperations,
  ...aliasOperations,
  ...urlOperations,
  ...permissionOperations,
  ...tagOperations,
  ...concurrencyOperations,
  ...eventInvokeOperations,
  ...layerOperations,
  ...sourceOperations,
  ...otherOperations,
};

/** Answers what is asked of Lambda's control plane. */
export function serveFunctionsApi(
  context: ApiContext,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.method === 'GET' && isDownload(path))
    return void serveDownload(context.deployed.codes, path, response);
  const requestId = newId();
  const refuse = (wire: WireError) => sendError(response, requestId, wire);
  const asked = findOperation(request.method ?? 'GET', path, new URLSearchParams(query));
  if (!asked) {
    request.resume();
    return refuse(unknownOperation());
  }
  const reach = reachOf(request);
  readBody(request, MAX_API_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large') return refuse(tooLarge(asked).wire);
    answer(context, asked, body.bytes, reach).then(
      (output) => send(response, requestId, asked.rule.status, output),
      (error: Error) => {
        if (error instanceof ApiError) return refuse(error.wire);
        context.warn(`The local Lambda API could not answer ${asked.operation}: ${error.stack}`);
        refuse(serviceFailure(error.message));
      },
    );
  });
}

async function answer(
  context: ApiContext,
  asked: Asked,
  body: Buffer,
  reach: Reach,
): Promise<object | undefined> {
  const input = readInput(asked, readBodyMembers(body));
  const handler = HANDLERS[asked.operation] as Handler<OperationName>;
  return handler(context, input, reach);
}

/** How the caller reaches us: what it is told to ask next has to lead here too. */
function reachOf({ headers, socket }: IncomingMessage): Reach {
  const host = headers.host ?? `127.0.0.1:${socket.localPort}`;
  return { baseUrl: `${isOverTls(socket) ? 'https' : 'http'}://${host}` };
}

/** SNAP:test_lambda_api#test_oversized_request_create_lambda */
function tooLarge({ operation }: Asked): ApiError {
  return refusal(
    413,
    'RequestEntityTooLargeException',
    `Request must be smaller than ${MAX_API_REQUEST_BYTES} bytes for the ${operation} operation`,
  );
}

function send(response: ServerResponse, requestId: string, status: number, output: object | undefined): void {
  if (response.destroyed) return;
  const body = output === undefined ? '' : JSON.stringify(output);
  response.writeHead(output === undefined ? 204 : status, {
    ...(output !== undefined && { 'Content-Type': 'application/json' }),
    'x-amzn-RequestId': requestId,
    ...(output !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
  });
  response.end(body);
}
