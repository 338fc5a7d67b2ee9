import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.js';
import { answerBody, QueryError, refusalBody, refuse } from '../../lambda/identity/query-answer.js';
import type { QueryService } from '../../lambda/identity/service-of.js';
import { newId } from '../ids.js';
import type { IdentityContext, QueryHandler } from './context.js';
import { IAM_OPERATIONS } from './iam-operations.js';
import { QueryInput } from './query-input.js';
import { STS_OPERATIONS } from './sts-operations.js';

/** A policy has 10,240 characters at most, which may take nine bytes each on the wire. */
const MAX_REQUEST_BYTES = 262_144;

const SERVICES: Record<
  QueryService,
  {
    readonly name: string;
    readonly namespace: string;
    readonly operations: Readonly<Record<string, QueryHandler>>;
  }
> = {
  iam: {
    name: 'IAM',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: IAM_OPERATIONS,
  },
  sts: {
    name: 'STS',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: STS_OPERATIONS,
  },
};

/** Answers what is asked of IAM or STS. */
export function serveQueryApi(
  context: IdentityContext,
  service: QueryService,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = newId();
  const { namespace } = SERVICES[service];
  readBody(request, MAX_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    const form = new URLSearchParams(body.kind === 'whole' ? body.bytes.toString('utf8') : '');
    answer(context, service, form, requestId).then(
      (text) => send(response, 200, requestId, text),
      (error: Error) => {
        if (!(error instanceof QueryError)) context.warn(`The local ${service} failed: ${error.stack}`);
        const refusal =
          error instanceof QueryError
            ? error.refusal
            : { status: 500, code: 'ServiceFailure', message: error.message };
        send(response, refusal.status, requestId, refusalBody(namespace, refusal, requestId));
      },
    );
  });
}

async function answer(
  context: IdentityContext,
  service: QueryService,
  form: URLSearchParams,
  requestId: string,
): Promise<string> {
  const { name, namespace, operations } = SERVICES[service];
  const action = form.get('Action') ?? '';
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (!operation) {
    const known = Object.keys(operations).sort().join(', ');
    throw refuse(
      400,
      'InvalidAction',
      `The local ${name} has no ${action || 'such action'}. It has: ${known}`,
    );
  }
  return answerBody(namespace, action, await operation(context, new QueryInput(form)), requestId);
}

function send(response: ServerResponse, status: number, requestId: string, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'text/xml',
    'x-amzn-RequestId': requestId,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
