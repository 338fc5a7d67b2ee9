import { CloudError, type CloudProblem } from '../../deploy/cloud.js';
import { neededBy } from './actions.js';

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredTokenException',
  'ExpiredToken',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
]);

const BY_NAME: Readonly<Record<string, CloudProblem>> = {
  PreconditionFailedException: 'changed-meanwhile',
  ResourceNotFoundException: 'missing',
  NoSuchEntityException: 'missing',
  NoSuchEntity: 'missing',
  NoSuchBucket: 'missing',
  NotFound: 'missing',
  ProvisionedConcurrencyConfigNotFoundException: 'missing',
  EntityAlreadyExistsException: 'exists',
  EntityAlreadyExists: 'exists',
  ResourceAlreadyExistsException: 'exists',
  BucketAlreadyOwnedByYou: 'exists',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  ResourceInUseException: 'busy',
  UnknownOperationException: 'unsupported',
};

/**
 * What Lambda says while IAM has not told a new role, or a new policy, to all of itself yet. There is no code for it
 * (terraform-provider-aws, internal/service/lambda/function.go, retries on the same words).
 */
const ROLE_NOT_READY =
  /cannot be assumed by Lambda|execution role does not have permissions|does not have permission to (call|access)|Lambda was unable to (configure access|decrypt)|KMS Exception|role.*(is|are) not authorized/i;

const NETWORK =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|TimeoutError)/;

/** What went wrong with a call, in our words. */
export function problemOf(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  const sdk = error as SdkError;
  const kind = kindOf(sdk);
  return new CloudError(kind, kind === 'denied' ? denied(sdk) : told(sdk), sdk);
}

function kindOf(error: SdkError): CloudProblem {
  if (CREDENTIALS.has(error.name)) return 'credentials';
  if (/region is missing/i.test(error.message)) return 'no-region';
  if (error.name === 'ResourceConflictException') {
    return /update is in progress|operation cannot be performed at this time|in the following state: Pending/i.test(
      error.message,
    )
      ? 'busy'
      : 'exists';
  }
  if (error.name === 'InvalidParameterValueException' && ROLE_NOT_READY.test(error.message)) {
    return 'role-not-ready';
  }
  const named = BY_NAME[error.name];
  if (named) return named;
  if (NETWORK.test(error.code ?? error.name)) return 'network';
  const status = error.$metadata?.httpStatusCode;
  if (status === 429) return 'throttled';
  if (status === 403) return 'denied';
  // What no service of AWS's would say to a call that it knows: an emulator without it.
  if (status === 404 || status === 405 || status === 501) return 'unsupported';
  return 'refused';
}

function told(error: SdkError): string {
  // S3, of a bucket of another region.
  if (error.$metadata?.httpStatusCode === 301) return 'the bucket is in another region';
  const text = (error.message || error.code || error.name).split('\n')[0] ?? '';
  return error.name === 'Error' || text.startsWith(error.name) ? text : `${error.name}: ${text}`;
}

/** With the action that a policy has to allow: AWS names it in most of its refusals, and S3 in none to a HEAD. */
function denied(error: SdkError): string {
  const action = neededBy(error);
  const text = told(error);
  // It may be another than the call's own, as iam:PassRole.
  const isNamed = /not authorized to perform/.test(text);
  return action === undefined || isNamed ? text : `${text} (it needs ${action})`;
}

/** Null for what is not there. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.problem === 'missing' || problem.problem === 'unsupported') return null;
    throw problem;
  }
}
