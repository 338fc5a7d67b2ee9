import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Clients } from '../../src/aws/deploy/clients.js';

/** What has to be found the same, however a deploy came to its end: nothing of times, revisions and random ids. */
const OF_THE_MOMENT =
  /^(\$metadata|RevisionId|LastModified\w*|CreationTime|creationTime|CreateDate|RoleId|UUID|EventSourceMappingArn|CodeSize|Location|RepositoryType|FunctionUrl|RoleLastUsed|storedBytes|ETag|Date)$/;

/** All that a deploy of the function `name`, through the bucket `bucket`, has made; the name itself is left out. */
export async function deployedState(clients: Clients, name: string, bucket: string): Promise<unknown> {
  const [lambda, iam, logs, events, s3] = await Promise.all([
    clients.lambda(),
    clients.iam(),
    clients.logs(),
    clients.events(),
    clients.s3(),
  ]);
  const FunctionName = name;
  const RoleName = `crablet-${name}-eu-central-1`;
  const none = () => null;
  const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
  const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
  const Qualifier = 'live';
  const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: `${name}.` }));
  const alias = `arn:aws:lambda:eu-central-1:123456789012:function:${name}:live`;
  const { EventSourceMappings } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: alias }),
  );
  const found = {
    function: await lambda.send(new GetFunctionCommand({ FunctionName })),
    // AWS publishes a version once; moto publishes what is there already again, under the next number.
    aliases: Aliases.map(({ FunctionVersion, ...alias }) => ({
      ...alias,
      leadsTo: Versions.find(({ Version }) => Version === FunctionVersion),
    })),
    url: await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier })).catch(none),
    policy: await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier })).catch(none),
    async: await lambda
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }))
      .catch(none),
    sources: EventSourceMappings,
    role: await iam.send(new GetRoleCommand({ RoleName })),
    rolePolicy: await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'crablet' })),
    attached: await iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    group: await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${name}` })),
    rules: await Promise.all(
      Rules.map(async (rule) => [rule, await events.send(new ListTargetsByRuleCommand({ Rule: rule.Name }))]),
    ),
    objects: (await s3.send(new ListObjectsV2Command({ Bucket: bucket })).catch(none))?.Contents,
  };
  const text = JSON.stringify(found, (key, value) => {
    if (OF_THE_MOMENT.test(key)) return undefined;
    if (key === 'Policy' && typeof value === 'string') return statements(value);
    return value;
  });
  return JSON.parse(
    text
      .replaceAll(name, 'FUNCTION')
      .replace(/FUNCTION:\d+"/g, 'FUNCTION:N"')
      .replace(/"Version":"\d+"/g, '"Version":"N"'),
  );
}

/** In no order: a statement that was there already is not added again. */
function statements(policy: string): unknown[] {
  const { Statement } = JSON.parse(policy) as { Statement: { Sid: string }[] };
  return [...Statement].sort((one, other) => (one.Sid < other.Sid ? -1 : 1));
}
