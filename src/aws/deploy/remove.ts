import type { Removal } from '../../deploy/rollout-cloud.js';
import type { Clients } from './clients.js';
import { orNull } from './problems.js';

type Removers = {
  readonly [K in Removal['kind']]: (
    clients: Clients,
    removal: Extract<Removal, { kind: K }>,
  ) => Promise<void>;
};

/** The calls that take things away. What is gone already is no failure, so that a second try goes on. */
export const removers: Removers = {
  async version(clients, { function: name, version }) {
    const lambda = await clients.lambda();
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    await orNull(lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: version })));
  },

  async 'event-source'(clients, { uuid }) {
    const lambda = await clients.lambda();
    const { DeleteEventSourceMappingCommand } = await import('@aws-sdk/client-lambda');
    await orNull(lambda.send(new DeleteEventSourceMappingCommand({ UUID: uuid })));
  },

  async rule(clients, { rule }) {
    const events = await clients.events();
    const sdk = await import('@aws-sdk/client-eventbridge');
    const targets = await orNull(events.send(new sdk.ListTargetsByRuleCommand({ Rule: rule })));
    const ids = (targets?.Targets ?? []).flatMap(({ Id }) => Id ?? []);
    // A rule that has targets is not deleted (EventBridge API, DeleteRule).
    if (ids.length > 0) await orNull(events.send(new sdk.RemoveTargetsCommand({ Rule: rule, Ids: ids })));
    await orNull(events.send(new sdk.DeleteRuleCommand({ Name: rule })));
  },

  async function(clients, { function: name }) {
    const lambda = await clients.lambda();
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    await orNull(lambda.send(new DeleteFunctionCommand({ FunctionName: name })));
  },

  async 'log-group'(clients, { group }) {
    const logs = await clients.logs();
    const { DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await orNull(logs.send(new DeleteLogGroupCommand({ logGroupName: group })));
  },

  async role(clients, { role: RoleName }) {
    const iam = await clients.iam();
    const sdk = await import('@aws-sdk/client-iam');
    // A role that has policies is not deleted (IAM API, DeleteRole).
    const attached = await orNull(iam.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName })));
    for (const { PolicyArn } of attached?.AttachedPolicies ?? []) {
      await orNull(iam.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn })));
    }
    const inline = await orNull(iam.send(new sdk.ListRolePoliciesCommand({ RoleName })));
    for (const PolicyName of inline?.PolicyNames ?? []) {
      await orNull(iam.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName })));
    }
    await orNull(iam.send(new sdk.DeleteRoleCommand({ RoleName })));
  },

  async object(clients, { bucket, key }) {
    const s3 = await clients.s3();
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await orNull(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
  },

  async 'layer-version'(clients, { layer, version }) {
    const lambda = await clients.lambda();
    const { DeleteLayerVersionCommand } = await import('@aws-sdk/client-lambda');
    const command = new DeleteLayerVersionCommand({ LayerName: layer, VersionNumber: Number(version) });
    await orNull(lambda.send(command));
  },

  async bucket(clients, { bucket }) {
    const s3 = await clients.s3();
    const { DeleteBucketCommand } = await import('@aws-sdk/client-s3');
    await orNull(s3.send(new DeleteBucketCommand({ Bucket: bucket }))).catch((error: unknown) => {
      // Somebody has put something into it meanwhile: then it is theirs too.
      if (!/BucketNotEmpty/.test((error as Error).message)) throw error;
    });
  },
};
