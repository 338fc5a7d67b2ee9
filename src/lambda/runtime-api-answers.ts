/**
 * What the Runtime API says to a runtime. Every body is JSON, sent as `Content-Type: application/json`;
 * errors are `{"errorMessage","errorType"}` (RIE: internal/lambda/rapi/model/errorresponse.go).
 */
import { MAX_RESPONSE_BYTES } from './limits.js';

export interface RuntimeApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** The states of a runtime that takes one invocation at a time (RIE: internal/lambda/core/runtime_state_names.go). */
export type RuntimeStateName =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState'
  | 'RestoreReady'
  | 'Restoring'
  | 'RuntimeRestoreErrorState';

/** 202: `/response`, `/error` and `/init/error` were taken. */
export const STATUS_OK: RuntimeApiAnswer = { status: 202, body: '{"status":"OK"}' };

/** `GET /2018-06-01/ping`; the only answer that is text. */
export const PONG = { status: 200, body: 'pong', contentType: 'text/plain; charset=utf-8' } as const;

function refusal(status: number, errorType: string, errorMessage: string): RuntimeApiAnswer {
  return { status, body: JSON.stringify({ errorMessage, errorType }) };
}

/** 403: the call does not fit the state the runtime is in (RIE: internal/lambda/core/states.go). */
export function invalidStateTransition(from: RuntimeStateName, to: RuntimeStateName): RuntimeApiAnswer {
  return refusal(
    403,
    'InvalidStateTransition',
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  );
}

/** 400: the id in the path is not that of the current invocation. */
export const invalidRequestId: RuntimeApiAnswer = refusal(400, 'InvalidRequestID', 'Invalid request ID');

/** 400: `Lambda-Runtime-Function-Response-Mode` is something other than `streaming`. */
export const invalidFunctionResponseMode: RuntimeApiAnswer = refusal(
  400,
  'InvalidFunctionResponseMode',
  'Invalid function response mode',
);

/** 413: the response is larger than a buffered one may be. */
export const payloadTooLarge413: RuntimeApiAnswer = refusal(
  413,
  'RequestEntityTooLarge',
  `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
);

/** 400: the body broke off before its end. */
export const truncated400: RuntimeApiAnswer = refusal(
  400,
  'TruncatedHTTPRequest',
  'HTTP request detected as truncated',
);

/**
 * 410: an answer to an attempt that is over (RIE: internal/lambda-managed-instances/rapi/rendering/render_error.go);
 * runtimes take it as harmless and ask for the next event (aws-lambda-rust-runtime#1155).
 */
export const staleInvocation410: RuntimeApiAnswer = refusal(410, 'InvokeTimeout', 'Invoke timeout');

/** 500: more polls wait than the function may have invocations at once (the same file). */
export const internalServerError500: RuntimeApiAnswer = refusal(
  500,
  'InternalServerError',
  'Internal Server Error',
);
