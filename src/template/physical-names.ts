/**
 * What `Ref` and `Fn::GetAtt` give for a resource that nobody has deployed: the name that the template sets, or a local
 * one, and the ARN that follows from it (CloudFormation user guide, "Return values" of each resource type).
 */
import { partitionOf } from '../lambda/function-name.js';
import type { Names } from './names.js';
import type { Resolver } from './resolver.js';
import { type Found, type Json, textOf } from './template.js';
import { Unknown } from './unknown.js';

/** The property that holds the name, and the ARN's service and what stands before the name. */
interface Kind {
  readonly name: string;
  readonly service?: string;
  readonly prefix?: string;
  /** What Ref gives, if it is not the name. */
  readonly ref?: 'arn' | 'url';
  /** Without region and account, as S3 and IAM. */
  readonly global?: 'account' | 'nothing';
}

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::Lambda::Function': { name: 'FunctionName', service: 'lambda', prefix: 'function:' },
  'AWS::SQS::Queue': { name: 'QueueName', service: 'sqs', ref: 'url' },
  'AWS::SNS::Topic': { name: 'TopicName', service: 'sns', ref: 'arn' },
  'AWS::DynamoDB::Table': { name: 'TableName', service: 'dynamodb', prefix: 'table/' },
  'AWS::DynamoDB::GlobalTable': { name: 'TableName', service: 'dynamodb', prefix: 'table/' },
  'AWS::Kinesis::Stream': { name: 'Name', service: 'kinesis', prefix: 'stream/' },
  'AWS::S3::Bucket': { name: 'BucketName', service: 's3', global: 'nothing' },
  'AWS::IAM::Role': { name: 'RoleName', service: 'iam', prefix: 'role/', global: 'account' },
  'AWS::IAM::ManagedPolicy': {
    name: 'ManagedPolicyName',
    service: 'iam',
    prefix: 'policy/',
    global: 'account',
    ref: 'arn',
  },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', service: 'logs', prefix: 'log-group:' },
  'AWS::Events::EventBus': { name: 'Name', service: 'events', prefix: 'event-bus/' },
  'AWS::Events::Rule': { name: 'Name', service: 'events', prefix: 'rule/' },
  'AWS::Scheduler::Schedule': { name: 'Name', service: 'scheduler', prefix: 'schedule/default/' },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    service: 'states',
    prefix: 'stateMachine:',
    ref: 'arn',
  },
  'AWS::SecretsManager::Secret': { name: 'Name', service: 'secretsmanager', prefix: 'secret:', ref: 'arn' },
  'AWS::KMS::Key': { name: 'KeyId', service: 'kms', prefix: 'key/' },
  'AWS::SSM::Parameter': { name: 'Name', service: 'ssm', prefix: 'parameter' },
  'AWS::CloudWatch::Alarm': { name: 'AlarmName', service: 'cloudwatch', prefix: 'alarm:' },
  'AWS::Cognito::UserPool': { name: 'UserPoolId', service: 'cognito-idp', prefix: 'userpool/' },
  'AWS::Lambda::LayerVersion': { name: 'LayerName', service: 'lambda', prefix: 'layer:', ref: 'arn' },
};

export function referenceTo(found: Found, names: Names, resolver: Resolver): Json {
  const { resource, logicalId, stack } = found;
  const property = (name: string) => resolver.known(resource.Properties?.[name], stack);
  switch (resource.Type) {
    // Their host name and path are made of it.
    case 'AWS::ApiGatewayV2::Api':
    case 'AWS::ApiGateway::RestApi':
      return apiIdOf(found, names);
    case 'AWS::Lambda::Alias':
      return `${functionArnOf(property('FunctionName'), resolver)}:${textOf(property('Name')) ?? 'alias'}`;
    case 'AWS::Lambda::Version':
      return `${functionArnOf(property('FunctionName'), resolver)}:1`;
    case 'AWS::Lambda::Url':
      return functionArnOf(property('TargetFunctionArn'), resolver);
    case 'AWS::ApiGatewayV2::Stage':
    case 'AWS::ApiGateway::Stage':
      return textOf(property('StageName')) ?? logicalId;
  }
  const kind = KINDS[resource.Type];
  // A reference within the API (to a resource, an integration, an authorizer) only has to be one of a kind.
  if (!kind) return `${stack.name}-${logicalId}`;
  const name = nameOf(found, names, resolver);
  switch (kind.ref) {
    case 'arn':
      return arnOf(found, kind, name, resolver);
    case 'url':
      return queueUrl(name, resolver);
    default:
      return name;
  }
}

export function attributeOf(found: Found, attribute: string, names: Names, resolver: Resolver): Json {
  const { resource, stack, logicalId } = found;
  const own = ownAttribute(found, attribute, names, resolver);
  if (own !== undefined) return own;
  const kind = KINDS[resource.Type];
  if (kind) {
    const name = nameOf(found, names, resolver);
    if (/^(Arn|TopicArn|RoleArn|SecretId|StreamArn|LayerVersionArn)$/.test(attribute)) {
      const arn = arnOf(found, kind, name, resolver);
      return attribute === 'StreamArn' ? `${arn}/stream/local` : arn;
    }
    if (attribute === kind.name || attribute === 'Name') return name;
  }
  throw new Unknown(
    `${attribute} of ${logicalId} (${resource.Type}, stack ${stack.name}) is known only after a deploy`,
  );
}

function ownAttribute(found: Found, attribute: string, names: Names, resolver: Resolver): Json | undefined {
  const { resource, stack } = found;
  const property = (name: string) => resolver.known(resource.Properties?.[name], stack);
  const { serviceUrl } = resolver.place;
  switch (`${resource.Type} ${attribute}`) {
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return `${serviceUrl}/apis/${names.of(found)}`;
    case 'AWS::ApiGatewayV2::Api ApiId':
    case 'AWS::ApiGateway::RestApi RestApiId':
      return apiIdOf(found, names);
    case 'AWS::ApiGateway::RestApi RootResourceId':
      return `${apiIdOf(found, names)}/root`;
    case 'AWS::Lambda::Url FunctionUrl':
      return `${serviceUrl}/lambda-url/${functionNameOf(textOf(property('TargetFunctionArn')) ?? '')}/`;
    case 'AWS::Lambda::Url FunctionArn':
      return functionArnOf(property('TargetFunctionArn'), resolver);
    case 'AWS::Lambda::Version Version':
      return '1';
    case 'AWS::Lambda::Alias AliasArn':
    case 'AWS::Lambda::Version FunctionArn':
      return referenceTo(found, names, resolver);
    case 'AWS::SQS::Queue QueueUrl':
      return queueUrl(nameOf(found, names, resolver), resolver);
    case 'AWS::SSM::Parameter Value':
      return property('Value');
    case 'AWS::S3::Bucket DomainName':
      return `${nameOf(found, names, resolver)}.s3.amazonaws.com`;
    case 'AWS::S3::Bucket RegionalDomainName':
      return `${nameOf(found, names, resolver)}.s3.${resolver.place.region}.amazonaws.com`;
    default:
      return undefined;
  }
}

/** The name that the template sets; a local one where it sets none, or one that cannot be known. */
export function nameOf(found: Found, names: Names, resolver: Resolver): string {
  const { resource, stack } = found;
  const kind = KINDS[resource.Type];
  const set = kind && textOf(resolver.known(resource.Properties?.[kind.name], stack));
  if (set !== undefined) return set;
  const made = names.of(found);
  if (resource.Type === 'AWS::S3::Bucket') return made.toLowerCase();
  if (resource.Type !== 'AWS::SQS::Queue') return made;
  return resolver.known(resource.Properties?.['FifoQueue'], stack) === true ? `${made}.fifo` : made;
}

/** Host names have no capitals. */
export function apiIdOf(found: Found, names: Names): string {
  return names
    .of(found)
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-');
}

function arnOf({ resource }: Found, kind: Kind, name: string, resolver: Resolver): string {
  const { region, accountId } = resolver.place;
  const where = { account: `:${accountId}`, nothing: ':' }[kind.global ?? 'account'];
  const place = kind.global === undefined ? `${region}:${accountId}` : where;
  const prefix =
    resource.Type === 'AWS::SSM::Parameter' && !name.startsWith('/') ? 'parameter/' : (kind.prefix ?? '');
  return `arn:${partitionOf(region)}:${kind.service}:${place}:${prefix}${name}`;
}

function queueUrl(name: string, { place }: Resolver): string {
  const endpoint = place.queueEndpoint ?? `https://sqs.${place.region}.amazonaws.com`;
  return `${endpoint.replace(/\/$/, '')}/${place.accountId}/${name}`;
}

function functionArnOf(value: Json | undefined, { place }: Resolver): string {
  const text = textOf(value) ?? '';
  if (text.startsWith('arn:')) return text;
  return `arn:${partitionOf(place.region)}:lambda:${place.region}:${place.accountId}:function:${text}`;
}

export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string | undefined;
}

/** The function that an ARN names, or the URI by which API Gateway calls it. */
export function functionIn(text: string): FunctionReference | undefined {
  const match =
    /:function:([a-zA-Z0-9-_]+)(?::([a-zA-Z0-9-_$]+))?(?:\/invocations|\/response-streaming-invocations)?$/.exec(
      text,
    );
  if (!match?.[1]) return undefined;
  return { name: match[1], qualifier: match[2] };
}

function functionNameOf(text: string): string {
  return functionIn(text)?.name ?? text;
}
