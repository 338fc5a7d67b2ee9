import { UserError } from '../errors.js';
import { accountProblem, missingPermission } from './account-problem.js';

interface Asked {
  /** The permission that the call needs, such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly functionName: string;
  readonly profile?: string | undefined;
}

/** AWS's refusal as something to mend; anything else as it is. */
export function explainAws(error: Error, { action, functionName, profile }: Asked): Error {
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
