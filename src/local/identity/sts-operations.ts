import { refuse } from '../../lambda/identity/query-answer.js';
import { randomHex } from '../ids.js';
import type { IdentityContext, QueryHandler } from './context.js';
import { seconds } from './iam-operations.js';

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/;
const DEFAULT_SECONDS = 3600;

/** Who somebody is: whoever asks is the one user that there is here. */
export const STS_OPERATIONS: Readonly<Record<string, QueryHandler>> = {
  async GetCallerIdentity({ home: { accountId } }) {
    return {
      Arn: `arn:aws:iam::${accountId}:user/crablet`,
      UserId: 'AIDACRABLETLOCALUSER1',
      Account: accountId,
    };
  },

  /** Any role can be assumed: what it allows is not looked at. */
  async AssumeRole(context, input) {
    const arn = input.required('RoleArn');
    const session = input.required('RoleSessionName');
    const [, accountId, role] = ROLE.exec(arn) ?? [];
    if (accountId === undefined || role === undefined)
      throw refuse(400, 'ValidationError', `${arn} is invalid`);
    const id = context.roles.find(role)?.RoleId ?? 'AROACRABLETLOCALROLE1';
    return {
      Credentials: credentials(context, input.text('DurationSeconds')),
      AssumedRoleUser: {
        AssumedRoleId: `${id}:${session}`,
        Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`,
      },
    };
  },

  async GetSessionToken(context, input) {
    return { Credentials: credentials(context, input.text('DurationSeconds')) };
  },
};

function credentials({ clock }: IdentityContext, duration: string | undefined) {
  const lasts = Number(duration ?? DEFAULT_SECONDS);
  if (!Number.isInteger(lasts) || lasts < 900 || lasts > 129_600)
    throw refuse(400, 'ValidationError', `DurationSeconds ${duration} is not between 900 and 129600.`);
  return {
    AccessKeyId: `ASIA${randomHex(16).toUpperCase()}`,
    SecretAccessKey: randomHex(40),
    SessionToken: randomHex(64),
    Expiration: seconds(clock.now() + lasts * 1000),
  };
}
