import { READING_ACTIONS } from '../lambda/event-sources/reading-actions.js';
import type { DeploySettings, Statement } from '../project/deploy-settings.js';
import type { Account } from './desired.js';

/** A statement of a policy document, as IAM writes it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

const VERSION = '2012-10-17';

/** Who may assume a function's role. */
export const TRUST = JSON.stringify({
  Version: VERSION,
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/**
 * What a function's role allows: what its settings need, no more, and what the configuration adds. The actions are
 * those of AWS's managed policies for the same purposes (AWSLambdaBasicExecutionRole, …VPCAccess…, …SQSQueue…, …), on
 * the function's own resources instead of on all.
 */
export function policyOf(settings: DeploySettings, account: Account): string {
  const { role } = settings;
  const own = role.use === 'own' ? role.statements.map(written) : [];
  return JSON.stringify({ Version: VERSION, Statement: [...needed(settings, account), ...own] });
}

function written({ sid, effect, actions, resources, condition }: Statement): PolicyStatement {
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(condition !== undefined && { Condition: condition }),
  };
}

function needed(settings: DeploySettings, account: Account): PolicyStatement[] {
  const { eventInvoke, kmsKey, fileSystems } = settings;
  const destinations = [eventInvoke.onSuccess, eventInvoke.onFailure, eventInvoke.deadLetter];
  const failures = settings.eventSources.map(({ onFailure }) => onFailure);
  const sources = settings.eventSources.map(({ arn }) => arn);
  const inVpc = settings.vpc !== undefined || sources.some((arn) => /:(kafka|mq):/.test(arn));
  return [
    logging(settings, account),
    ...(settings.tracing === 'Active' ? [TRACING] : []),
    ...(inVpc ? [NETWORK] : []),
    ...(kmsKey === undefined ? [] : [allow('Key', ['kms:Decrypt'], [kmsKey])]),
    ...(fileSystems.length === 0 ? [] : [mounting(fileSystems.map(({ arn }) => arn))]),
    ...sending([...destinations, ...failures], account),
    ...reading(sources),
  ];
}

function allow(Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource };
}

function logging({ logging: { logGroup }, functionName }: DeploySettings, account: Account): PolicyStatement {
  const { partition, region, id } = account;
  const group = `arn:${partition}:logs:${region}:${id}:log-group:${logGroup ?? `/aws/lambda/${functionName}`}`;
  return allow(
    'Logs',
    ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    [group, `${group}:*`],
  );
}

const TRACING = allow(
  'Tracing',
  [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
  ['*'],
);

/** EC2 has no resources to name for these (service authorization reference, EC2). */
const NETWORK = allow(
  'Network',
  [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'ec2:DescribeSecurityGroups',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  ['*'],
);

/** The file system itself is not known here, only its access point. */
function mounting(accessPoints: readonly string[]): PolicyStatement {
  return {
    ...allow('Files', ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'], ['*']),
    Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': accessPoints } },
  };
}

const SENDING: readonly (readonly [service: string, sid: string, action: string])[] = [
  ['sqs', 'SendToQueues', 'sqs:SendMessage'],
  ['sns', 'SendToTopics', 'sns:Publish'],
  ['lambda', 'InvokeFunctions', 'lambda:InvokeFunction'],
  ['events', 'SendToBuses', 'events:PutEvents'],
];

function sending(targets: readonly (string | undefined)[], account: Account): PolicyStatement[] {
  const arns = targets.filter((one) => one !== undefined).map((one) => destinationArn(one, account));
  return SENDING.flatMap(([service, sid, action]) => {
    const own = [...new Set(arns.filter((arn) => serviceOf(arn) === service))].sort();
    return own.length > 0 ? [allow(sid, [action], own)] : [];
  });
}

/** A destination may be a function's bare name, where it is served locally. */
export function destinationArn(target: string, { partition, region, id }: Account): string {
  return target.startsWith('arn:') ? target : `arn:${partition}:lambda:${region}:${id}:function:${target}`;
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

const READING: readonly (readonly [service: string, sid: string])[] = [
  ['sqs', 'ReadQueues'],
  ['kinesis', 'ReadStreams'],
  ['dynamodb', 'ReadTableStreams'],
  ['kafka', 'ReadClusters'],
  ['mq', 'ReadBrokers'],
  ['rds', 'ReadDocuments'],
];

function reading(sources: readonly string[]): PolicyStatement[] {
  return READING.flatMap(([service, sid]) => {
    const own = [...new Set(sources.filter((arn) => serviceOf(arn) === service))].sort();
    return own.length > 0 ? [allow(sid, READING_ACTIONS[service] ?? [], own)] : [];
  });
}
