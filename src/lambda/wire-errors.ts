/**
 * What the Lambda API answers when it refuses a request before any function runs. The texts are recorded
 * (tests/golden/api-errors.json); those that no public recording shows are marked "by analogy".
 */

import { MAX_ASYNC_REQUEST_BYTES, MAX_SYNC_REQUEST_BYTES } from './limits.js';

/** A refusal as it goes over the wire. `headers` holds only what this error adds; see `wireErrorHeaders`. */
export interface WireError {
  readonly status: number;
  /** The value of `x-amzn-ErrorType`, the name an SDK gives the exception. */
  readonly type: string;
  /** The exact JSON text. */
  readonly body: string;
  readonly headers?: Record<string, string>;
  /** Absent here, so that `x.kind === 'function'` tells a `Target` from a refusal. */
  readonly kind?: undefined;
}

/** Why a request was throttled (botocore, ThrottleReason). */
export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded'
  | 'CallerRateLimitExceeded'
  | 'ConcurrentSnapshotCreateLimitExceeded';

/** All headers of the answer but Content-Length and the request id. */
export function wireErrorHeaders(error: WireError): Record<string, string> {
  return { 'Content-Type': 'application/json', 'x-amzn-ErrorType': error.type, ...error.headers };
}

// Some shapes spell the member `Message`, most `message` (botocore, per exception). AWS writes the members in
// the order of their names, upper case first, as a recorded 429 `{"Reason":…,"Type":"User","message":…}` shows.
function withCapitalMessage(status: number, type: string, message: string): WireError {
  return { status, type, body: JSON.stringify({ Message: message, Type: 'User' }) };
}

function withMessage(status: number, type: string, message: string): WireError {
  return { status, type, body: JSON.stringify({ Type: 'User', message }) };
}

/** `arn` as the message names it: with `:$LATEST` when no qualifier was given (SNAP:test_lambda#test_invoke_exceptions). */
export function functionNotFound(arn: string): WireError {
  return withCapitalMessage(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
}

/** SNAP:test_lambda_api#test_get_function_wrong_region[invoke] */
export function wrongRegion(other: string, region: string): WireError {
  return withCapitalMessage(
    404,
    'ResourceNotFoundException',
    `Functions from '${other}' are not reachable in this region ('${region}')`,
  );
}

/** `detail` is what `describeInvalidJson` gives (SNAP:test_lambda#test_lambda_invoke_payload_encoding_error). */
export function invalidJson(detail: string): WireError {
  return withMessage(
    400,
    'InvalidRequestContentException',
    `Could not parse request body into json: ${detail}`,
  );
}

/** The text, and the `Type` of null, are as users met them (public reports and mocks); not among the recordings. */
export function badClientContext(): WireError {
  const message = 'Client context must be a valid Base64-encoded JSON object.';
  return {
    status: 400,
    type: 'InvalidRequestContentException',
    body: JSON.stringify({ Type: null, message }),
  };
}

/** By analogy with the recorded length constraints. */
export function clientContextTooLarge(limit: number): WireError {
  return withMessage(400, 'InvalidRequestContentException', `Client context must be at most ${limit} bytes.`);
}

/** SNAP:test_lambda#test_lambda_concurrency_block, #test_reserved_concurrency */
export function throttled(reason: ThrottleReason, retryAfterSeconds?: number): WireError {
  const body = JSON.stringify({ Reason: reason, Type: 'User', message: 'Rate Exceeded.' });
  const error = { status: 429, type: 'TooManyRequestsException', body };
  return retryAfterSeconds === undefined
    ? error
    : { ...error, headers: { 'Retry-After': String(retryAfterSeconds) } };
}

/**
 * Two layers refuse what is too large, both as users meet them (tests/golden/payload-limits.json): the one in front
 * takes no request over 6 MB, whatever it asks for.
 */
export function requestTooLarge(): WireError {
  return tooLarge(
    `Request must be smaller than ${MAX_SYNC_REQUEST_BYTES} bytes for the InvokeFunction operation`,
  );
}

/** And an event has a limit of its own below that one. */
export function eventTooLarge(size: number): WireError {
  return tooLarge(
    `${size} byte payload is too large for the Event invocation type (limit ${MAX_ASYNC_REQUEST_BYTES} bytes)`,
  );
}

/** The exception is in no service model; it is spelt as CreateFunction's recorded one. */
function tooLarge(message: string): WireError {
  return { status: 413, type: 'RequestEntityTooLargeException', body: JSON.stringify({ Message: message }) };
}

/** By analogy: botocore has the shape, no recording has the text. */
export function unsupportedMediaType(contentType: string): WireError {
  return withMessage(415, 'UnsupportedMediaTypeException', `Unsupported content type: ${contentType}`);
}

export function invalidParameterValue(message: string): WireError {
  return withMessage(400, 'InvalidParameterValueException', message);
}

/** Most shapes of the control plane spell it so. */
export function resourceNotFound(message: string): WireError {
  return withCapitalMessage(404, 'ResourceNotFoundException', message);
}

export function resourceConflict(message: string): WireError {
  return withMessage(409, 'ResourceConflictException', message);
}

/** SNAP:test_lambda_api#test_ops_with_arn_qualifier_mismatch */
export function qualifierMismatch(): WireError {
  return invalidParameterValue(
    'The derived qualifier from the function name does not match the specified qualifier.',
  );
}

/**
 * One or more broken constraints, each `Value '…' at '…' failed to satisfy constraint: …`. The body has no
 * `Type` (SNAP:test_lambda_api#test_function_name_and_qualifier_validation).
 */
export function validation(constraints: string | readonly string[]): WireError {
  const all = typeof constraints === 'string' ? [constraints] : constraints;
  const count = all.length === 1 ? '1 validation error' : `${all.length} validation errors`;
  return {
    status: 400,
    type: 'ValidationException',
    body: JSON.stringify({ message: `${count} detected: ${all.join('; ')}` }),
  };
}

/** The words of one broken constraint, for `validation`. */
export function brokenConstraint(value: string, member: string, constraint: string): string {
  return `Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`;
}

/** `state` is `Pending`, `Failed`, … (localstack: lambda_service.py, invoke). */
export function resourceConflictPending(state: string): WireError {
  return withMessage(
    409,
    'ResourceConflictException',
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
  );
}

/** The function isolates tenants and the request names none (aws-sam-cli: local_lambda.py). */
export function tenantIdMissing(): WireError {
  return invalidParameterValue(
    'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
  );
}

/** The request names a tenant and the function knows none (aws-sam-cli: local_lambda.py). */
export function tenantIdSurplus(): WireError {
  return invalidParameterValue(
    'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.',
  );
}

/** Our own fault, as AWS words its own: 500 ServiceException (botocore; text by analogy). */
export function serviceFailure(message: string): WireError {
  return {
    status: 500,
    type: 'ServiceException',
    body: JSON.stringify({ Message: message, Type: 'Service' }),
  };
}

/** A path or method the API does not have; AWS's front answers like this (by analogy). */
export function unknownOperation(): WireError {
  return { status: 404, type: 'UnknownOperationException', body: '{"message":null}' };
}
