/** The last event of an InvokeWithResponseStream (botocore, InvokeWithResponseStreamCompleteEvent). */

export interface Completion {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  /** Base64 of the log's last 4 KB, when it was asked for. */
  readonly LogResult?: string;
}

export interface StreamFailure {
  readonly errorType: string;
  readonly payload: string | Uint8Array;
  /** The function's own error, sent as trailers behind what it had streamed. */
  readonly trailer?: string | undefined;
}

/** Before anything was streamed, a failure is what it is to Invoke (users' reports: `Unhandled` with the payload). */
export function failedBeforeStream({ payload }: StreamFailure): Completion {
  return { ErrorCode: 'Unhandled', ErrorDetails: textOf(payload) };
}

/**
 * Once something was streamed, only what came behind it can tell. AWS's emulator names the three cases: the function's
 * trailers, `Sandbox.Timedout` for a timeout, and a response that broke off for everything else, each of the latter
 * without details (RIE: internal/lambda/core/directinvoke/directinvoke.go, sendStreamingInvokeResponse). Users meet
 * the same: `Runtime.TruncatedResponse: undefined` for a function that ran out of memory.
 */
export function failedInStream({ errorType, payload, trailer }: StreamFailure): Completion {
  if (trailer !== undefined) return { ErrorCode: trailer, ErrorDetails: textOf(payload) };
  return { ErrorCode: SAID_AS_IT_IS.has(errorType) ? errorType : 'Runtime.TruncatedResponse' };
}

const SAID_AS_IT_IS = new Set(['Sandbox.Timedout', 'Function.ResponseSizeTooLarge']);

function textOf(payload: string | Uint8Array): string {
  return typeof payload === 'string' ? payload : Buffer.from(payload).toString('utf8');
}
