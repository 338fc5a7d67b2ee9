import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { UserError } from '../errors.js';
import type { ClientTls } from '../http/tls-files.js';
import { COGNITO_IDENTITY_HEADER, cognitoIdentityJson } from '../lambda/cognito-identity.js';
import type { InvokeAnswer, InvokeRequest } from './request.js';

/** A local service, as it is reached. */
export interface InvokedService {
  readonly endpoint: string;
  /** The functions that it is known to have, to be named if the one that is asked for is none of them. */
  readonly served?: readonly string[];
  /** Whom to trust, where it speaks TLS. */
  readonly tls?: ClientTls;
}

/** Invokes a function of a local service over its Invoke API, as an AWS client would. */
export async function invokeLocally(service: InvokedService, asked: InvokeRequest): Promise<InvokeAnswer> {
  const { endpoint } = service;
  const response = await send(service, asked);
  if (response.statusCode! >= 300) throw await refused(response, asked, service);
  const answer = {
    statusCode: response.statusCode!,
    requestId: header(response, 'x-amzn-requestid'),
    executedVersion: header(response, 'x-amz-executed-version'),
  };
  if (asked.onChunk) {
    const { readStream } = await import('./read-stream.js');
    return {
      ...answer,
      payload: Buffer.alloc(0),
      ...(await readStream(untilBroken(response), asked.onChunk)),
    };
  }
  const log = header(response, 'x-amz-log-result');
  return {
    ...answer,
    payload: await readAll(response).catch(async (error) => Promise.reject(await noService(endpoint, error))),
    functionError: header(response, 'x-amz-function-error'),
    log: log === undefined ? undefined : Buffer.from(log, 'base64').toString('utf8'),
  };
}

async function send({ endpoint, tls }: InvokedService, asked: InvokeRequest): Promise<IncomingMessage> {
  const secure = endpoint.startsWith('https:') ? await overTls(tls) : undefined;
  const request = secure?.request ?? httpRequest;
  const name = encodeURIComponent(asked.functionName);
  const path = asked.onChunk
    ? `/2021-11-15/functions/${name}/response-streaming-invocations`
    : `/2015-03-31/functions/${name}/invocations`;
  const query = asked.qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(asked.qualifier)}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path + query, endpoint), {
      ...secure?.options,
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': asked.payload.length,
        'X-Amz-Invocation-Type': asked.type,
        ...(asked.logTail && { 'X-Amz-Log-Type': 'Tail' }),
        ...(asked.clientContext !== undefined && {
          'X-Amz-Client-Context': Buffer.from(asked.clientContext).toString('base64'),
        }),
        ...(asked.cognitoIdentity !== undefined && {
          [COGNITO_IDENTITY_HEADER]: Buffer.from(cognitoIdentityJson(asked.cognitoIdentity)).toString(
            'base64',
          ),
        }),
      },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => void noService(endpoint, error).then(reject));
    outgoing.end(asked.payload);
  });
}

/** Loaded only for a service that speaks it. */
async function overTls(tls: ClientTls = {}) {
  const [{ request }, { connectionOptions }] = await Promise.all([
    import('node:https'),
    import('../http/tls-client.js'),
  ]);
  return { request, options: connectionOptions(tls) as RequestOptions };
}

async function noService(endpoint: string, cause: Error): Promise<UserError> {
  const problem = endpoint.startsWith('https:')
    ? (await import('../http/tls-client.js')).tlsProblem(cause, endpoint)
    : undefined;
  if (problem) return problem;
  return new UserError('invoke.no-service', {
    what: `No local Lambda service answers at ${endpoint} (${(cause as NodeJS.ErrnoException).code ?? cause.message}).`,
    fix: 'Start one in the project: crablet watch   (or invoke the deployed function: crablet invoke --remote)',
    cause,
  });
}

async function refused(
  response: IncomingMessage,
  asked: InvokeRequest,
  { endpoint, served }: InvokedService,
): Promise<UserError> {
  const body = (await readAll(response)).toString('utf8').trimEnd();
  const type = header(response, 'x-amzn-errortype') ?? `HTTP ${response.statusCode}`;
  const message = messageOf(body).trimEnd();
  if (type === 'HttpsRequired') {
    return new UserError('invoke.refused', {
      what: `The service at ${endpoint} speaks HTTPS.`,
      fix: `Say so: --endpoint-url ${endpoint.replace(/^http:/, 'https:')} --tls-ca ca.pem   (in its project crablet invoke finds out by itself)`,
    });
  }
  if (type === 'ResourceNotReadyException') {
    return new UserError('invoke.refused', {
      what: `'${asked.functionName}' cannot be invoked, because its last build failed:\n${message}`,
      fix: 'Mend the code and save it: crablet watch builds it again.',
    });
  }
  return new UserError('invoke.refused', {
    what: `Lambda refused to invoke '${asked.functionName}' (${type}):\n${message}`,
    fix:
      type === 'ResourceNotFoundException'
        ? whatThereIs(asked, served)
        : 'Mend what the message says and invoke again.',
  });
}

function whatThereIs(asked: InvokeRequest, served: readonly string[] | undefined): string {
  if (asked.qualifier !== undefined && served?.includes(asked.functionName))
    return `A local service has only the newest build, $LATEST: leave --qualifier ${asked.qualifier} out`;
  if (served === undefined || served.length === 0)
    return 'The functions and their names are in the first lines of crablet watch.';
  return `Name one that is served: ${served.map((name) => `crablet invoke ${name}`).join(', ')}`;
}

/** The service's own words, without their wrapping. */
function messageOf(body: string): string {
  try {
    const parsed = JSON.parse(body) as { message?: unknown; Message?: unknown };
    return String(parsed.message ?? parsed.Message ?? body);
  } catch {
    return body;
  }
}

/** What came before the connection broke: how the stream ended is read from its last frame. */
async function* untilBroken(stream: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch {
    return;
  }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function header(response: IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
