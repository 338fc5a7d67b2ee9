import { invalidParameterValue, resourceConflict, resourceNotFound, type WireError } from '../wire-errors.js';

/** A refusal on its way from where it is noticed to where it is answered. */
export class ApiError extends Error {
  constructor(readonly wire: WireError) {
    super(wire.body);
  }
}

export const invalid = (message: string) => new ApiError(invalidParameterValue(message));
export const notFound = (message: string) => new ApiError(resourceNotFound(message));
export const conflict = (message: string) => new ApiError(resourceConflict(message));

/** What has its own type, with `message` (botocore spells most of them so). */
export function refusal(status: number, type: string, message: string): ApiError {
  return new ApiError({ status, type, body: JSON.stringify({ Type: 'User', message }) });
}

/** `get` names the operation that tells the latest one (SNAP:test_lambda_api#TestLambdaRevisions). */
export function revisionMismatch(get = 'GetFunction/GetAlias'): ApiError {
  const message = `The Revision Id provided does not match the latest Revision Id. Call the ${get} API to retrieve the latest Revision Id`;
  return refusal(412, 'PreconditionFailedException', message);
}

export const functionMissing = (arn: string) => notFound(`Function not found: ${arn}`);

/** SNAP:test_lambda_api#test_lambda_concurrent_code_updates */
export const updateInProgress = (arn: string) =>
  conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);

/** What AWS has and this service does not: told as AWS tells of a value it cannot use. */
export const notEmulated = (what: string) => invalid(`crablet's local Lambda does not have ${what}.`);
