/** How the Runtime API reads what a runtime reports to `/error` and `/init/error`. */

const ACCEPTED = /(Runtime|Function)\.[A-Z][a-zA-Z]+/;

/**
 * The error type that logs and telemetry show for the header `Lambda-Runtime-Function-Error-Type`. The caller's
 * payload is the runtime's own body all the same (RIE: internal/lambda/fatalerror/fatalerror.go).
 */
export function acceptedErrorType(header: string | undefined): string {
  if (header !== undefined) {
    if (ACCEPTED.test(header)) return header;
    if (header.startsWith('Function.')) return 'Function.Unknown';
  }
  return 'Runtime.Unknown';
}

const WITH_CAUSE = 'application/vnd.aws.lambda.error.cause+json';

/**
 * The caller's payload for a body that a runtime sent to `/error`: the body itself, except that an error with
 * its X-Ray cause is reduced to what callers may see (RIE: internal/lambda/rapi/handler/invocationerror.go).
 */
export function errorPayload(contentType: string | undefined, body: Uint8Array): Uint8Array | string {
  return contentType === WITH_CAUSE ? withoutCause(body) : body;
}

function withoutCause(body: Uint8Array): string {
  let error: unknown;
  try {
    error = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return '"Invalid error body"';
  }
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return '"Invalid error body"';
  const { errorMessage, errorType, stackTrace } = error as Record<string, unknown>;
  return JSON.stringify({ errorMessage, errorType, stackTrace });
}
