import { serviceFailure, type ThrottleReason, throttled, type WireError } from '../lambda/wire-errors.js';
import type { LogTail } from './log-tail.js';

/** Why a function failed, and what its caller is handed; a runtime's own report is passed on byte by byte. */
export interface Failure {
  readonly errorType: string;
  readonly payload: string | Uint8Array;
  /** The error type of a function that had streamed an answer and sent its error behind it, as trailers. */
  readonly trailer?: string | undefined;
}

/** The chunks of a streamed answer, on their way to the caller. */
export interface ResponseStream {
  /** False when the caller reads slower than the function writes: wait for `whenDrained`. */
  write(chunk: Buffer): boolean;
  whenDrained(listener: () => void): void;
  end(): void;
  /** The function failed after it had begun to answer. */
  fail(failure: Failure): void;
}

/** Why an invocation never reached a function. */
export type Refusal =
  | { readonly kind: 'throttled'; readonly reason: ThrottleReason }
  /** There is no build that could run; `text` is the compiler's. */
  | { readonly kind: 'broken'; readonly text: string }
  /** This machine has no room for another environment; `text` is the system's. */
  | { readonly kind: 'no-place'; readonly text: string }
  | { readonly kind: 'closing' };

/** Whoever waits for the answer of an invocation: gets exactly one of these calls. */
export interface Caller {
  succeed(payload: Buffer, invocation: Invocation): void;
  fail(failure: Failure, invocation: Invocation): void;
  /** @param contentType what the runtime sent with its streamed answer */
  stream(contentType: string | undefined, invocation: Invocation): ResponseStream;
  refuse(refusal: Refusal, invocation: Invocation): void;
}

export interface Invocation {
  /** UUID; the same as the `x-amzn-RequestId` of the answer. */
  readonly requestId: string;
  /** The function's ARN as it was invoked: with a qualifier only if one was given. */
  readonly arn: string;
  readonly payload: Buffer;
  /** The value of `Lambda-Runtime-Trace-Id`. */
  readonly traceId: string;
  /** Decoded JSON of `X-Amz-Client-Context`. */
  readonly clientContext?: string | undefined;
  /** JSON, as the runtime gets it. */
  readonly cognitoIdentity?: string | undefined;
  /** Event invocations wait for room where a synchronous one is throttled. */
  readonly asynchronous: boolean;
  readonly caller: Caller;
  /** Set when the caller wants the last 4 KB of log: complete before the caller is answered. */
  readonly tail?: LogTail | undefined;
}

/** AWS sends the header (botocore, TooManyRequestsException); no recording shows how long it asks to wait. */
const RETRY_AFTER_SECONDS = 1;

/** What the Lambda API says to a caller whose invocation never reached a function. */
export function refusalError(refusal: Refusal): WireError {
  switch (refusal.kind) {
    case 'throttled':
      return throttled(refusal.reason, RETRY_AFTER_SECONDS);
    case 'broken':
      // AWS has this exception, as a 502, for a function that cannot run just now (botocore, ResourceNotReadyException).
      return {
        status: 502,
        type: 'ResourceNotReadyException',
        body: JSON.stringify({ Type: 'User', message: refusal.text }),
      };
    case 'no-place':
      return serviceFailure(`No execution environment can be made: ${refusal.text}.`);
    case 'closing':
      return serviceFailure('The local Lambda service is shutting down.');
  }
}
