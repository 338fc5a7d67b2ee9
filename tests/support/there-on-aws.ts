import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  type FunctionEventInvokeConfig,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  type GetFunctionUrlConfigCommandOutput,
  GetPolicyCommand,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../../src/aws/deploy/clients.js';

/** What an outside client is told of a function and of what belongs to its alias `live`. */
export interface ThereOnAws {
  readonly configuration: FunctionConfiguration;
  /** What the alias leads to. */
  readonly version: FunctionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  readonly reserved: number | undefined;
  readonly retention: number | undefined;
  readonly url: GetFunctionUrlConfigCommandOutput | undefined;
  /** Their ids, in order. */
  readonly statements: readonly string[];
  readonly events: FunctionEventInvokeConfig | undefined;
  readonly sources: readonly EventSourceMappingConfiguration[];
  /** Expression, state, description and input of each. */
  readonly rules: readonly string[];
  readonly role: {
    readonly attached: readonly string[];
    /** Their ids. */
    readonly statements: readonly string[];
    readonly boundary: string | undefined;
  };
}

export async function thereOnAws(clients: Clients, FunctionName: string): Promise<ThereOnAws> {
  const [lambda, logs] = await Promise.all([clients.lambda(), clients.logs()]);
  const of = { FunctionName, Qualifier: 'live' };
  const live = await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  const [fn, version, url, policy, events, sources, groups, rules, role] = await Promise.all([
    lambda.send(new GetFunctionCommand({ FunctionName })),
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: live.FunctionVersion })),
    lambda.send(new GetFunctionUrlConfigCommand(of)).catch(absent),
    lambda.send(new GetPolicyCommand(of)).catch(absent),
    lambda.send(new GetFunctionEventInvokeConfigCommand(of)).catch(absent),
    lambda.send(new ListEventSourceMappingsCommand({ FunctionName: live.AliasArn })).catch(absent),
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${FunctionName}` })),
    rulesOf(clients, FunctionName),
    roleOf(clients, FunctionName),
  ]);
  return {
    configuration: fn.Configuration ?? {},
    version,
    tags: fn.Tags ?? {},
    reserved: fn.Concurrency?.ReservedConcurrentExecutions,
    retention: groups.logGroups?.find(({ logGroupName }) => logGroupName === `/aws/lambda/${FunctionName}`)
      ?.retentionInDays,
    url,
    statements: idsOf(policy?.Policy),
    events,
    sources: sources?.EventSourceMappings ?? [],
    rules,
    role,
  };
}

function absent(error: Error): undefined {
  if (error.name === 'ResourceNotFoundException') return undefined;
  throw error;
}

function idsOf(policy: string | undefined): string[] {
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid).sort();
}

/** The local service has none, and says so. */
async function rulesOf(clients: Clients, name: string): Promise<string[]> {
  const events = await clients.events();
  const answer = await events.send(new ListRulesCommand({ NamePrefix: `${name}.` })).catch(() => undefined);
  return Promise.all(
    (answer?.Rules ?? []).map(async ({ Name, ScheduleExpression, State, Description }) => {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return [ScheduleExpression, State, Description, Targets[0]?.Input].filter(Boolean).join(' ');
    }),
  );
}

/** Of the role that is made for the function; nothing of it when there is none. */
async function roleOf(clients: Clients, name: string): Promise<ThereOnAws['role']> {
  const iam = await clients.iam();
  const RoleName = `crablet-${name}-us-east-1`;
  const missing = (error: Error) => {
    if (/^NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  };
  const [role, policy, attached] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })).catch(missing),
    iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'crablet' })).catch(missing),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })).catch(missing),
  ]);
  return {
    attached: (attached?.AttachedPolicies ?? []).map(({ PolicyName = '' }) => PolicyName).sort(),
    statements: idsOf(policy && decodeURIComponent(policy.PolicyDocument ?? '')),
    boundary: role?.Role?.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}
