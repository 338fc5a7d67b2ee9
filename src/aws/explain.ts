import { UserError } from '../errors.js';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
]);

const REFUSALS = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation']);

interface Asked {
  /** The permission that the call needs, such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly functionName: string;
  readonly profile?: string | undefined;
}

/** AWS's refusal as something to mend; anything else as it is. */
export function explainAws(error: Error, { action, functionName, profile }: Asked): Error {
  if (error instanceof UserError) return error;
  const used = profile ?? process.env['AWS_PROFILE'];
  if (CREDENTIALS.has(error.name)) {
    return new UserError('aws.credentials', {
      what: `AWS credentials cannot be used: ${error.message}`,
      fix: used
        ? `Log in again: aws sso login --profile ${used}   (or name another profile: --profile NAME)`
        : 'Log in (aws sso login), set them up (aws configure), or name a profile: --profile NAME',
      cause: error,
    });
  }
  if (/region is missing/i.test(error.message)) {
    return new UserError('aws.refused', {
      what: 'No AWS region is set.',
      fix: "Name the function's region: --region eu-central-1",
      cause: error,
    });
  }
  if (REFUSALS.has(error.name)) {
    // AWS names the action that it asked for itself, which may be another than the call's own.
    const missing = /not authorized to perform: (\S+)/.exec(error.message)?.[1] ?? action;
    return new UserError('aws.refused', {
      what: `AWS does not allow ${missing} on '${functionName}': ${error.message}`,
      fix: `Let the role or user have ${missing}, or name another profile: --profile NAME`,
      cause: error,
    });
  }
  if (error.name === 'ResourceNotFoundException') {
    return new UserError('aws.refused', {
      what: `AWS has no function '${functionName}' there: ${error.message}`,
      fix: 'See what there is, and in which region: aws lambda list-functions --query "Functions[].FunctionName"',
      cause: error,
    });
  }
  if (!('$metadata' in error) && !('code' in error)) return error;
  return new UserError('aws.refused', {
    what: `AWS refused ${action} on '${functionName}': ${error.name}: ${error.message}`,
    fix: `See name, region and permission (${action}): aws lambda get-function --function-name ${functionName}`,
    cause: error,
  });
}
