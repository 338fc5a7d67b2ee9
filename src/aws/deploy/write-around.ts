import { POLICY_NAME } from '../../deploy/desired.js';
import { orNull } from './problems.js';
import { ownedBy } from './read-around.js';
import { bytesOf } from './write-function.js';
import type { Writers } from './writers.js';

const pairs = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Calls to the services around Lambda. */
export const aroundWriters: Writers<
  | 'create-role'
  | 'update-role-trust'
  | 'put-role-policy'
  | 'attach-role-policy'
  | 'tag-role'
  | 'put-role-boundary'
  | 'detach-role-policy'
  | 'create-log-group'
  | 'tag-log-group'
  | 'untag-log-group'
  | 'put-retention'
  | 'delete-retention'
  | 'create-bucket'
  | 'put-object'
> = {
  async 'create-role'(clients, write) {
    const iam = await clients.iam();
    const { CreateRoleCommand } = await import('@aws-sdk/client-iam');
    const answer = await iam.send(
      new CreateRoleCommand({
        RoleName: write.role,
        AssumeRolePolicyDocument: write.trust,
        Description: 'Made by crablet deploy',
        Tags: pairs(write.tags),
        ...(write.permissionsBoundary !== null && { PermissionsBoundary: write.permissionsBoundary }),
      }),
    );
    return { arn: answer.Role?.Arn };
  },

  async 'update-role-trust'(clients, { role, trust }) {
    const iam = await clients.iam();
    const { UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument: trust }));
    return {};
  },

  async 'put-role-policy'(clients, { role, policy }) {
    const iam = await clients.iam();
    const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
    await iam.send(
      new PutRolePolicyCommand({ RoleName: role, PolicyName: POLICY_NAME, PolicyDocument: policy }),
    );
    return {};
  },

  async 'tag-role'(clients, { role, tags }) {
    const iam = await clients.iam();
    const { TagRoleCommand } = await import('@aws-sdk/client-iam');
    await iam.send(new TagRoleCommand({ RoleName: role, Tags: pairs(tags) }));
    return {};
  },

  async 'put-role-boundary'(clients, { role: RoleName, boundary }) {
    const iam = await clients.iam();
    const sdk = await import('@aws-sdk/client-iam');
    await (boundary === null
      ? iam.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName }))
      : iam.send(new sdk.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary })));
    return {};
  },

  async 'attach-role-policy'(clients, { role, policyArn }) {
    const iam = await clients.iam();
    const { AttachRolePolicyCommand } = await import('@aws-sdk/client-iam');
    await iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn }));
    return {};
  },

  async 'detach-role-policy'(clients, { role, policyArn }) {
    const iam = await clients.iam();
    const { DetachRolePolicyCommand } = await import('@aws-sdk/client-iam');
    await orNull(iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })));
    return {};
  },

  async 'create-log-group'(clients, { group, tags }) {
    const logs = await clients.logs();
    const { CreateLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await logs.send(new CreateLogGroupCommand({ logGroupName: group, tags: { ...tags } }));
    return {};
  },

  async 'tag-log-group'(clients, { arn, tags }) {
    const logs = await clients.logs();
    const { TagResourceCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { ...tags } }));
    return {};
  },

  async 'untag-log-group'(clients, { arn, keys }) {
    const logs = await clients.logs();
    const { UntagResourceCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await logs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: [...keys] }));
    return {};
  },

  async 'put-retention'(clients, { group, days }) {
    const logs = await clients.logs();
    const { PutRetentionPolicyCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: days }));
    return {};
  },

  async 'delete-retention'(clients, { group }) {
    const logs = await clients.logs();
    const { DeleteRetentionPolicyCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await orNull(logs.send(new DeleteRetentionPolicyCommand({ logGroupName: group })));
    return {};
  },

  async 'create-bucket'(clients, { bucket, tags }) {
    const s3 = await clients.s3();
    const sdk = await import('@aws-sdk/client-s3');
    const region = await s3.config.region();
    type Place = NonNullable<
      NonNullable<ConstructorParameters<typeof sdk.CreateBucketCommand>[0]['CreateBucketConfiguration']>
    >['LocationConstraint'];
    await s3.send(
      new sdk.CreateBucketCommand({
        Bucket: bucket,
        // The only region that must not be named (S3 API, CreateBucket).
        ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region as Place } }),
      }),
    );
    await s3.send(new sdk.PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: pairs(tags) } }));
    return {};
  },

  async 'put-object'(clients, { bucket, key, code }) {
    const s3 = await clients.s3();
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const body = await bytesOf(code.path);
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ...ownedBy(code.s3?.owner ?? null),
        Body: body,
        ContentType: 'application/zip',
        // S3 refuses what did not arrive whole.
        ChecksumSHA256: code.sha256,
      }),
    );
    return {};
  },
};

/** Calls about the rules of EventBridge that are schedules. */
export const ruleWriters: Writers<'put-rule' | 'put-rule-target' | 'remove-rule-target' | 'delete-rule'> = {
  async 'put-rule'(clients, { rule, schedule, tags }) {
    const events = await clients.events();
    const { PutRuleCommand } = await import('@aws-sdk/client-eventbridge');
    await events.send(
      new PutRuleCommand({
        Name: rule,
        ScheduleExpression: schedule.expression,
        State: schedule.enabled ? 'ENABLED' : 'DISABLED',
        Description: schedule.description,
        // Of a rule that is there they are ignored (EventBridge API, PutRule).
        Tags: pairs(tags),
      }),
    );
    return {};
  },

  async 'put-rule-target'(clients, { rule, aliasArn, input }) {
    const events = await clients.events();
    const { PutTargetsCommand } = await import('@aws-sdk/client-eventbridge');
    const { FailedEntries = [] } = await events.send(
      new PutTargetsCommand({
        Rule: rule,
        Targets: [{ Id: 'function', Arn: aliasArn, ...(input !== null && { Input: input }) }],
      }),
    );
    // A call that went well may still have refused what it was given.
    const [failed] = FailedEntries;
    if (failed) throw new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`);
    return {};
  },

  async 'remove-rule-target'(clients, { rule }) {
    const events = await clients.events();
    const { RemoveTargetsCommand } = await import('@aws-sdk/client-eventbridge');
    await orNull(events.send(new RemoveTargetsCommand({ Rule: rule, Ids: ['function'] })));
    return {};
  },

  async 'delete-rule'(clients, { rule }) {
    const events = await clients.events();
    const { DeleteRuleCommand } = await import('@aws-sdk/client-eventbridge');
    await orNull(events.send(new DeleteRuleCommand({ Name: rule })));
    return {};
  },
};
