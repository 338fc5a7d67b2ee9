import type { Reads } from '../../deploy/cloud.js';
import { OWNER_TAG, POLICY_NAME } from '../../deploy/desired.js';
import type { ObservedSchedule } from '../../deploy/observed.js';
import { isRuleOf, rulePrefixOf, scheduleNameOf } from '../../deploy/schedule-rule.js';
import type { Clients } from './clients.js';
import { orNull, problemOf } from './problems.js';

type AroundReads = Pick<Reads, 'account' | 'role' | 'logGroup' | 's3' | 'schedules'>;

/** What the services around Lambda tell. */
export function aroundReads(clients: Clients): AroundReads {
  return {
    async account() {
      try {
        const sts = await clients.sts();
        const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
        const { Arn = '', Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
        return { partition: Arn.split(':')[1] ?? 'aws', id: Account, region: await sts.config.region() };
      } catch (error) {
        throw problemOf(error);
      }
    },
    role: (name) => readRole(clients, name),
    logGroup: (name) => readLogGroup(clients, name),
    async s3({ bucket, key, owner }) {
      const s3 = await clients.s3();
      const { HeadBucketCommand, HeadObjectCommand } = await import('@aws-sdk/client-s3');
      const place = { Bucket: bucket, ...ownedBy(owner) };
      if (!(await orNull(s3.send(new HeadBucketCommand(place))))) return { bucket: false, object: false };
      const object = await orNull(s3.send(new HeadObjectCommand({ ...place, Key: key })));
      return { bucket: true, object: object !== null };
    },
    schedules: (name, aliasArn) => readSchedules(clients, name, aliasArn),
  };
}

/** S3 then refuses a bucket of another account. */
export function ownedBy(owner: string | null): { ExpectedBucketOwner?: string } {
  return owner === null ? {} : { ExpectedBucketOwner: owner };
}

async function readRole(clients: Clients, name: string): ReturnType<Reads['role']> {
  const iam = await clients.iam();
  const { GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand } = await import(
    '@aws-sdk/client-iam'
  );
  const answer = await orNull(iam.send(new GetRoleCommand({ RoleName: name })));
  if (!answer?.Role) return null;
  const [policy, attached] = await Promise.all([
    orNull(iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME }))),
    orNull(iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }))),
  ]);
  const { Arn = '', AssumeRolePolicyDocument = '', Tags = [], CreateDate, PermissionsBoundary } = answer.Role;
  return {
    arn: Arn,
    trust: decoded(AssumeRolePolicyDocument),
    policy: policy?.PolicyDocument === undefined ? null : decoded(policy.PolicyDocument),
    attached: (attached?.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn).sort(),
    permissionsBoundary: PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    owner: Tags.find(({ Key }) => Key === OWNER_TAG)?.Value ?? null,
    createdMs: CreateDate?.getTime() ?? 0,
  };
}

/** IAM answers with documents as they stand in a URL (botocore, policyDocumentType). */
function decoded(document: string): string {
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

async function readLogGroup(clients: Clients, name: string): ReturnType<Reads['logGroup']> {
  const logs = await clients.logs();
  const { DescribeLogGroupsCommand, ListTagsForResourceCommand } = await import(
    '@aws-sdk/client-cloudwatch-logs'
  );
  const answer = await orNull(
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50 })),
  );
  const group = answer?.logGroups?.find(({ logGroupName }) => logGroupName === name);
  if (!group) return null;
  const resourceArn = (group.logGroupArn ?? group.arn ?? '').replace(/:\*$/, '');
  const tags = await orNull(logs.send(new ListTagsForResourceCommand({ resourceArn })));
  return {
    name,
    arn: resourceArn,
    retentionDays: group.retentionInDays ?? null,
    owned: tags?.tags?.[OWNER_TAG] !== undefined,
  };
}

async function readSchedules(
  clients: Clients,
  name: string,
  aliasArn: string | null,
): Promise<ObservedSchedule[]> {
  const events = await clients.events();
  const { ListRulesCommand, ListTargetsByRuleCommand } = await import('@aws-sdk/client-eventbridge');
  const prefix = rulePrefixOf(name);
  const alias = aliasArn === null ? null : aliasArn.slice(aliasArn.lastIndexOf(':') + 1);
  const answer = await orNull(events.send(new ListRulesCommand({ NamePrefix: prefix, Limit: 100 })));
  const rules = (answer?.Rules ?? []).filter(({ Name = '' }) => isRuleOf(Name, name, alias));
  return Promise.all(
    rules.map(async (rule) => {
      const Rule = rule.Name ?? '';
      const targets = await orNull(events.send(new ListTargetsByRuleCommand({ Rule })));
      const target = targets?.Targets?.find(({ Arn }) => Arn === aliasArn);
      return {
        name: scheduleNameOf(Rule),
        rule: Rule,
        expression: rule.ScheduleExpression ?? '',
        enabled: rule.State !== 'DISABLED',
        description: rule.Description ?? '',
        input: target?.Input ?? null,
        targeted: target !== undefined,
      };
    }),
  );
}
