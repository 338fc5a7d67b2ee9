import { UserError } from '../errors.js';
import { CloudError } from './cloud.js';

export interface Surroundings {
  /** What was being done: "create the function hello". */
  readonly what: string;
  readonly profile: string | undefined;
  readonly region: string | undefined;
}

/** What a person reads of something that went wrong with AWS; anything else stays what it is. */
export function explained(error: unknown, { what, profile, region }: Surroundings): unknown {
  if (!(error instanceof CloudError)) return error;
  const { message, problem } = error;
  const cause = error;
  switch (problem) {
    case 'credentials':
      return new UserError('aws.credentials', { ...credentials(message, profile), cause });
    case 'no-profile':
      return new UserError('aws.credentials', {
        what: message,
        fix: `Name one that there is (--profile NAME), or make it: aws configure sso --profile ${profile ?? 'NAME'}`,
        cause,
      });
    case 'no-region':
      return new UserError('aws.region', {
        what: 'No AWS region is set, and none is guessed.',
        fix: 'Name it: --region eu-central-1, AWS_REGION, or region in the profile (aws configure)',
        cause,
      });
    case 'changed-meanwhile':
    case 'exists':
      return new UserError('deploy.changed-meanwhile', {
        what: `To ${what}: someone else has changed it since the plan was made. ${message}`,
        fix: 'Look at what is there now (crablet diff), and deploy again.',
        cause,
      });
    case 'denied':
      return new UserError('aws.refused', {
        what: `AWS did not let you ${what}: ${message}`,
        fix: 'Allow it: crablet deploy --print-policy prints all that whoever deploys this needs.',
        cause,
      });
    case 'throttled':
      return new UserError('aws.refused', {
        what: `AWS has been asked too often to ${what}: ${message}`,
        fix: 'Deploy again in a while: it goes on where this ended.',
        cause,
      });
    case 'network':
      return new UserError('aws.network', {
        what: `AWS could not be reached to ${what}: ${message}`,
        fix: `See the network${region ? ` and the region (${region})` : ''}, and deploy again: it goes on where this ended.`,
        cause,
      });
    case 'unsupported':
      return new UserError('aws.refused', {
        what: `This endpoint cannot ${what}: ${message}`,
        fix: 'It is not of AWS’s own: leave the setting out there, or deploy to AWS itself.',
        cause,
      });
    case 'missing':
    case 'busy':
    case 'role-not-ready':
    case 'refused':
      return new UserError('aws.refused', {
        what: `AWS refused to ${what}: ${message}`,
        fix: 'Mend what it names, and deploy again: it goes on where this ended.',
        cause,
      });
    default:
      return problem satisfies never;
  }
}

function credentials(message: string, profile: string | undefined): { what: string; fix: string } {
  const none = /could not load credentials from any providers/i.test(message);
  // Signatures have a time, and hold for minutes (IAM User Guide, "Troubleshoot signature errors").
  if (/RequestExpired|RequestTimeTooSkewed|Signature (expired|not yet current)/.test(message)) {
    return {
      what: `AWS takes the request for one of another time: ${message}`,
      fix: "Set this machine's clock (timedatectl set-ntp true, or its settings), and deploy again.",
    };
  }
  const login = profile ? `aws sso login --profile ${profile}` : 'aws sso login';
  return {
    what: none
      ? 'There are no AWS credentials in the environment, in a profile or on this machine.'
      : `AWS credentials cannot be used: ${message}`,
    fix: profile
      ? `Log in${none ? '' : ' again'}: ${login}   (${none ? `set it up: aws configure --profile ${profile}; ` : ''}or name another: --profile NAME)`
      : `Log in (${login}), set them up (aws configure), or name a profile: --profile NAME`,
  };
}
