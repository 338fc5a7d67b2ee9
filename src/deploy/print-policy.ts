import type { DeploySettings } from '../project/deploy-settings.js';
import { bucketFor, roleNameOf, uploadFolderOf } from './desire.js';
import type { Account } from './desired.js';
import type { PolicyStatement } from './policy.js';
import { rulePrefixOf } from './schedule-rule.js';

/**
 * What whoever deploys these functions has to be allowed, from the same settings as the deploy: the calls of
 * src/aws/deploy/, each on the resources that it is made on.
 */
export function deployerPolicy(all: readonly DeploySettings[], account: Account): string {
  const statements = [
    { Sid: 'Identity', Effect: 'Allow' as const, Action: ['sts:GetCallerIdentity'], Resource: ['*'] },
    ...lambda(all, account),
    ...roles(all, account),
    ...logs(all, account),
    ...schedules(all, account),
    ...uploads(all, account),
    ...canaries(all),
    ...networks(all),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
}

type Settings = readonly DeploySettings[];

function allow(Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement[] {
  return Resource.length === 0
    ? []
    : [{ Sid, Effect: 'Allow', Action: [...Action].sort(), Resource: [...new Set(Resource)].sort() }];
}

/** Actions of Lambda by what needs them (service authorization reference, AWS Lambda). */
const FUNCTION = [
  'AddPermission',
  'CreateAlias',
  'CreateFunction',
  'CreateFunctionUrlConfig',
  'DeleteFunction',
  'DeleteFunctionCodeSigningConfig',
  'DeleteFunctionConcurrency',
  'DeleteFunctionEventInvokeConfig',
  'DeleteFunctionUrlConfig',
  'DeleteProvisionedConcurrencyConfig',
  'GetAlias',
  'GetFunction',
  'GetFunctionCodeSigningConfig',
  'GetFunctionConcurrency',
  'GetFunctionConfiguration',
  'GetFunctionEventInvokeConfig',
  'GetFunctionUrlConfig',
  'GetPolicy',
  'GetProvisionedConcurrencyConfig',
  'ListAliases',
  'ListTags',
  'ListVersionsByFunction',
  'PublishVersion',
  'PutFunctionCodeSigningConfig',
  'PutFunctionConcurrency',
  'PutFunctionEventInvokeConfig',
  'PutProvisionedConcurrencyConfig',
  'RemovePermission',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
  'UpdateFunctionUrlConfig',
];

function lambda(all: Settings, { partition, region, id }: Account): PolicyStatement[] {
  const of = (name: string) => `arn:${partition}:lambda:${region}:${id}:${name}`;
  const functions = all.filter(({ extension }) => !extension);
  const arns = functions.flatMap(({ functionName: name }) => [
    of(`function:${name}`),
    of(`function:${name}:*`),
  ]);
  const invoked = functions.filter(({ smokeTest }) => smokeTest !== undefined);
  const extensions = all.filter(({ extension }) => extension);
  const layers = extensions.flatMap(({ functionName: name }) => [of(`layer:${name}`), of(`layer:${name}:*`)]);
  const used = functions.flatMap((one) => one.layers);
  const signing = functions.flatMap(({ codeSigningConfig }) => codeSigningConfig ?? []);
  const mapped = functions.some(({ eventSources }) => eventSources.length > 0);
  return [
    ...allow(
      'Functions',
      FUNCTION.map((one) => `lambda:${one}`),
      arns,
    ),
    ...allow(
      'SmokeTests',
      ['lambda:InvokeFunction'],
      invoked.map(({ functionName: name }) => of(`function:${name}:*`)),
    ),
    ...allow(
      'Extensions',
      ['lambda:DeleteLayerVersion', 'lambda:GetLayerVersion', 'lambda:PublishLayerVersion'],
      layers,
    ),
    ...allow('Layers', ['lambda:GetLayerVersion'], used),
    ...allow('Signing', ['lambda:GetCodeSigningConfig'], signing),
    // Listing is asked before it is known whether there are any; it has no resources to name.
    ...allow('ListEventSources', ['lambda:ListEventSourceMappings', 'lambda:ListLayerVersions'], ['*']),
    ...(mapped
      ? [
          {
            ...only('EventSources', [
              'lambda:CreateEventSourceMapping',
              'lambda:DeleteEventSourceMapping',
              'lambda:GetEventSourceMapping',
              'lambda:UpdateEventSourceMapping',
            ]),
            Condition: { ArnLike: { 'lambda:FunctionArn': arns } },
          },
        ]
      : []),
  ];
}

function only(Sid: string, Action: readonly string[]): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource: ['*'] };
}

function roles(all: Settings, { partition, id, region }: Account): PolicyStatement[] {
  const arn = (name: string) => (name.startsWith('arn:') ? name : `arn:${partition}:iam::${id}:role/${name}`);
  const functions = all.filter(({ extension }) => !extension);
  const own = functions
    .filter(({ role }) => role.use === 'own')
    .map((one) => arn(roleNameOf(one.functionName, region)));
  const given = functions.flatMap(({ role }) => (role.use === 'given' ? [arn(role.role)] : []));
  const passing = allow('PassRoles', ['iam:PassRole'], [...own, ...given]).map((one) => ({
    ...one,
    Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  }));
  return [
    ...allow(
      'Roles',
      [
        'iam:AttachRolePolicy',
        'iam:CreateRole',
        'iam:DeleteRole',
        'iam:DeleteRolePermissionsBoundary',
        'iam:DeleteRolePolicy',
        'iam:DetachRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
        'iam:PutRolePermissionsBoundary',
        'iam:PutRolePolicy',
        'iam:TagRole',
        'iam:UpdateAssumeRolePolicy',
      ],
      own,
    ),
    ...allow('LookAtRoles', ['iam:GetRole'], given),
    ...passing,
  ];
}

function logs(all: Settings, { partition, region, id }: Account): PolicyStatement[] {
  const arns = all
    .filter(({ extension }) => !extension)
    .flatMap(({ logging: { logGroup }, functionName }) => {
      const group = `arn:${partition}:logs:${region}:${id}:log-group:${logGroup ?? `/aws/lambda/${functionName}`}`;
      return [group, `${group}:*`];
    });
  if (arns.length === 0) return [];
  return [
    ...allow('ListLogGroups', ['logs:DescribeLogGroups'], ['*']),
    ...allow(
      'LogGroups',
      [
        'logs:CreateLogGroup',
        'logs:DeleteLogGroup',
        'logs:DeleteRetentionPolicy',
        'logs:ListTagsForResource',
        'logs:PutRetentionPolicy',
        'logs:TagResource',
        'logs:UntagResource',
      ],
      arns,
    ),
  ];
}

function schedules(all: Settings, { partition, region, id }: Account): PolicyStatement[] {
  const arns = all
    .filter((one) => one.schedules.length > 0)
    .map(({ functionName }) => `arn:${partition}:events:${region}:${id}:rule/${rulePrefixOf(functionName)}*`);
  return [
    ...allow('ListRules', ['events:ListRules'], ['*']),
    ...allow(
      'Rules',
      [
        'events:DeleteRule',
        'events:ListTargetsByRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
        'events:TagResource',
      ],
      arns,
    ),
  ];
}

/** Only through S3 when a bucket is named or may be made: a zip of more than 50 MB needs one. */
function uploads(all: Settings, { partition, region, id }: Account): PolicyStatement[] {
  const using = all.filter(({ s3Bucket, s3Create }) => s3Bucket !== undefined || s3Create);
  const bucketOf = ({ s3Bucket }: DeploySettings) => bucketFor(s3Bucket, { id, region });
  const arn = (place: string) => `arn:${partition}:s3:::${place}`;
  return [
    ...allow(
      'Buckets',
      ['s3:ListBucket'],
      using.map((one) => arn(bucketOf(one))),
    ),
    ...allow(
      'MakeBuckets',
      ['s3:CreateBucket', 's3:DeleteBucket', 's3:GetBucketTagging', 's3:PutBucketTagging'],
      using.filter(({ s3Create }) => s3Create).map((one) => arn(bucketOf(one))),
    ),
    ...allow(
      'Uploads',
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      using.map((one) => arn(`${bucketOf(one)}/${one.s3Key ?? `${uploadFolderOf(one)}/*`}`)),
    ),
  ];
}

function canaries(all: Settings): PolicyStatement[] {
  if (!all.some(({ canary }) => canary.length > 0)) return [];
  return [only('Canaries', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'])];
}

/** Lambda asks for these with the rights of whoever configures a VPC (developer guide, configuration-vpc). */
function networks(all: Settings): PolicyStatement[] {
  if (!all.some(({ vpc }) => vpc)) return [];
  return [only('Networks', ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'])];
}
