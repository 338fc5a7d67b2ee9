import { describeInvalidJson } from '../lambda/json-payload.js';
import { MAX_ASYNC_REQUEST_BYTES } from '../lambda/limits.js';
import { eventTooLarge, invalidJson } from '../lambda/wire-errors.js';
import { collected } from './collected.js';
import type { LocalFunction } from './function.js';
import type { Functions } from './functions.js';
import { newId } from './ids.js';
import { type Caller, type Invocation, refusalError } from './invocation.js';
import { LogTail } from './log-tail.js';

export interface InvokeOptions {
  /** Asks for the last 4 KB of the invocation's log. */
  readonly logTail?: boolean;
  /** JSON of the client context. */
  readonly clientContext?: string;
  /** `Event` puts the invocation into the event queue, and resolves to 202 with an empty payload; default RequestResponse. */
  readonly invocationType?: 'RequestResponse' | 'Event';
}

/** As the SDK's InvokeCommandOutput spells it, as far as it applies. */
export interface InvokeResult {
  readonly statusCode: number;
  readonly payload: Buffer;
  readonly executedVersion: string;
  /** `Unhandled` when the function failed; the payload tells how. */
  readonly functionError?: 'Unhandled';
  /** The log, when it was asked for. */
  readonly log?: string;
  readonly requestId: string;
}

/**
 * Invokes a function from within this process, without HTTP.
 * @param payload a Buffer is passed on untouched, anything else as JSON; left out it is `{}`
 * @throws Error with AWS's words when the invocation is refused
 */
export function invokeDirectly(
  functions: Functions,
  name: string,
  payload: unknown = {},
  options: InvokeOptions = {},
): Promise<InvokeResult> {
  const fn = functions.find(name);
  if (!fn)
    return Promise.reject(
      new Error(`There is no function '${name}'. There are: ${functions.names.join(', ')}`),
    );
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  if (options.invocationType === 'Event') return queueDirectly(functions, fn, bytes, options);
  return new Promise((resolve, reject) => {
    const answer = (answered: Buffer, { requestId, tail }: Invocation, failed: boolean) =>
      resolve({
        statusCode: 200,
        payload: answered,
        executedVersion: '$LATEST',
        requestId,
        ...(failed && { functionError: 'Unhandled' as const }),
        ...(tail && { log: Buffer.from(tail.base64(), 'base64').toString('utf8') }),
      });
    const caller: Caller = {
      succeed: (answered, invocation) => answer(answered, invocation, false),
      fail: (failure, invocation) => answer(Buffer.from(failure.payload), invocation, true),
      stream: (_contentType, invocation) => collected(caller, invocation),
      refuse: (refusal) => reject(new Error(refusalError(refusal).body)),
    };
    fn.submit({
      requestId: newId(),
      arn: fn.arn,
      payload: bytes,
      traceId: functions.serving.newTrace(undefined),
      clientContext: options.clientContext,
      asynchronous: false,
      caller,
      tail: options.logTail ? new LogTail() : undefined,
    });
  });
}

async function queueDirectly(
  functions: Functions,
  fn: LocalFunction,
  payload: Buffer,
  { clientContext }: InvokeOptions,
): Promise<InvokeResult> {
  const problem = describeInvalidJson(payload);
  if (problem !== undefined) throw new Error(invalidJson(problem).body);
  if (payload.length > MAX_ASYNC_REQUEST_BYTES) throw new Error(eventTooLarge(payload.length).body);
  const requestId = newId();
  const traceId = functions.serving.newTrace(undefined);
  await functions.eventQueue.accept(fn, { requestId, arn: fn.arn, payload, traceId, clientContext });
  return { statusCode: 202, payload: Buffer.alloc(0), executedVersion: '$LATEST', requestId };
}
