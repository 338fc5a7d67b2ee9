import { UserError } from '../errors.js';
import { accountProblem, missingPermission } from './account-problem.js';

interface Asked {
  /** The permission that the call needs, such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly functionName: string;
  readonly profile?: string | undefined;
  /** What was asked, where that is not AWS. */
  readonly endpoint?: string | undefined;
}

/** Of a connection that never was, or was lost (errno(3), and Node.js's own). */
const NETWORK = /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET)/;

/** AWS's refusal as something to mend; anything else as it is. */
export function explainAws(error: Error, { action, functionName, profile, endpoint }: Asked): Error {
  if (error instanceof UserError) return error;
  const problem = accountProblem(error, profile, '--region eu-central-1');
  if (problem) return problem;
  const missing = missingPermission(error, action)?.action;
  if (missing !== undefined) {
    return new UserError('aws.refused', {
      what: `AWS does not allow ${missing} on '${functionName}': ${error.message}`,
      fix: `Let the role or user have ${missing}, or name another profile: --profile NAME`,
      cause: error,
    });
  }
  if (error.name === 'ResourceNotFoundException') {
    const qualified = /:function:[\w-]+:\S/.test(error.message);
    return new UserError('aws.refused', {
      what: `${endpoint ?? 'AWS'} has no function '${functionName}' there: ${error.message}`,
      fix: qualified
        ? `See which versions and aliases there are: crablet versions ${functionName}`
        : 'See what there is, and in which region: aws lambda list-functions --query "Functions[].FunctionName"',
      cause: error,
    });
  }
  if (NETWORK.test((error as NodeJS.ErrnoException).code ?? '') || error.name === 'TimeoutError') {
    return new UserError('aws.network', {
      what: `${endpoint ?? 'AWS'} could not be reached to ask for '${functionName}': ${error.message || error.name}`,
      fix:
        endpoint === undefined
          ? 'See the network and the region: --region REGION'
          : 'See whether something answers there: --endpoint-url, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL',
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
