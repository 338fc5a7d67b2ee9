import { UserError } from '../errors.js';
import { missingProfile } from './profiles.js';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
]);

/** What is wrong with the user's account settings, where that is why a call failed. */
export function accountProblem(
  error: Error,
  profile: string | undefined,
  withRegion: string,
): UserError | undefined {
  const used = profile ?? process.env['AWS_PROFILE'];
  const isOfCredentials = CREDENTIALS.has(error.name);
  const isOfRegion = /region is missing/i.test(error.message);
  const missing = used && (isOfCredentials || isOfRegion) ? missingProfile(process.env, used) : undefined;
  if (missing !== undefined) {
    const fix =
      'Name one that is there (--profile NAME, or AWS_PROFILE), or make it: aws configure --profile NAME';
    return new UserError('aws.credentials', { what: missing, fix, cause: error });
  }
  if (isOfCredentials) {
    const none = /could not load credentials from any providers/i.test(error.message);
    return new UserError('aws.credentials', {
      what: none
        ? 'There are no AWS credentials in the environment, in a profile or on this machine.'
        : `AWS credentials cannot be used: ${error.message}`,
      fix: used
        ? `Log in again: aws sso login --profile ${used}   (or name another profile: --profile NAME)`
        : 'Log in (aws sso login), set them up (aws configure), or name a profile: --profile NAME',
      cause: error,
    });
  }
  if (!isOfRegion) return undefined;
  return new UserError('aws.refused', {
    what: 'No AWS region is set.',
    fix: `Name the function's region: ${withRegion}`,
    cause: error,
  });
}

/**
 * The action that an identity lacks, and on what: AWS names them in its refusal, `User: … is not authorized to
 * perform: logs:FilterLogEvents on resource: arn:…`.
 * @param asked the action that the refused call needs, where the refusal does not say
 */
export function missingPermission(
  error: Error,
  asked: string,
): { action: string; resource: string | undefined } | undefined {
  if (!/^AccessDenied|^NotAuthorized|^Unauthorized/.test(error.name)) return undefined;
  const [, action, resource] = /perform: ([\w-]+:\w+)(?: on resource: (\S+))?/.exec(error.message) ?? [];
  return { action: action ?? asked, resource };
}
