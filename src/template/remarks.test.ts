import { expect, it } from 'vitest';
import { readApp } from './read-app.js';
import type { Place } from './resolver.js';
import type { JsonObject, Resource } from './template.js';

// What the local service leaves out of a template, and what it says of that.

const PLACE: Place = {
  region: 'us-east-1',
  accountId: '123456789012',
  serviceUrl: 'http://127.0.0.1:9000',
  builtFor: 'x86_64',
  parameters: {},
};

const resource = (Type: string, Properties: JsonObject = {}, Metadata: JsonObject = {}): Resource => ({
  Type,
  Properties,
  Metadata,
});
const SOURCE = { 'crablet:manifestPath': 'Cargo.toml', 'crablet:binaryName': 'fn' };
const FN = resource('AWS::Lambda::Function', { Runtime: 'provided.al2023', FunctionName: 'fn' }, SOURCE);
const arn = { 'Fn::GetAtt': ['Fn', 'Arn'] };

function remarks(more: Record<string, Resource>, place: Partial<Place> = {}, assets = {}): string[] {
  const Resources = { Fn: FN, ...more };
  const stack = { name: 'Shop', template: { Resources }, assets, nested: {} };
  const app = readApp({ stacks: [stack], missing: [], files: [] }, { ...PLACE, ...place });
  return app.remarks.map(({ resource: of, type, why }) => `${of} (${type}): ${why}`);
}

const mapping = (EventSourceArn: JsonObject | string) =>
  resource('AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: 'Fn' }, EventSourceArn });

it('nothing of an app that is served as it is', () => {
  const url = resource('AWS::Lambda::Url', { TargetFunctionArn: arn, AuthType: 'NONE' });
  expect(remarks({ Url: url, Role: resource('AWS::IAM::Role') })).toEqual([]);
});

it.each<[string, Record<string, Resource>, string]>([
  [
    'a DynamoDB stream',
    {
      Table: resource('AWS::DynamoDB::Table', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }),
      Source: mapping({ 'Fn::GetAtt': ['Table', 'StreamArn'] }),
    },
    'Shop/Source (AWS::Lambda::EventSourceMapping): events of dynamodb are not emulated',
  ],
  [
    'a Kinesis stream',
    { Source: mapping('arn:aws:kinesis:us-east-1:123456789012:stream/clicks') },
    'Shop/Source (AWS::Lambda::EventSourceMapping): events of kinesis are not emulated',
  ],
  [
    'a load balancer in front of a function',
    { Group: resource('AWS::ElasticLoadBalancingV2::TargetGroup', { Targets: [{ Id: arn }] }) },
    'Shop/Group (AWS::ElasticLoadBalancingV2::TargetGroup): it is not emulated: requests to its load balancer do not arrive',
  ],
  [
    'the rest of a load balancer',
    { Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer') },
    'Shop/Balancer (AWS::ElasticLoadBalancingV2::LoadBalancer): load balancers are not emulated',
  ],
  [
    'a topic',
    { Sub: resource('AWS::SNS::Subscription', { Protocol: 'lambda', Endpoint: arn }) },
    'Shop/Sub (AWS::SNS::Subscription): it is not emulated: messages of the topic do not arrive',
  ],
  [
    'notifications of a bucket, as the CDK makes them',
    {
      Note: resource('Custom::S3BucketNotifications', {
        NotificationConfiguration: { LambdaFunctionConfigurations: [{ LambdaFunctionArn: arn }] },
      }),
    },
    'Shop/Note (Custom::S3BucketNotifications): it is not emulated: events of the bucket do not arrive',
  ],
  [
    'a rule for events',
    { Rule: resource('AWS::Events::Rule', { EventPattern: {}, Targets: [{ Arn: arn, Id: 'a' }] }) },
    'Shop/Rule (AWS::Events::Rule): events of a bus are not emulated',
  ],
  [
    'a state machine',
    {
      Machine: resource('AWS::StepFunctions::StateMachine', {
        DefinitionString: { 'Fn::Join': ['', ['{"Resource":"', arn, '"}']] },
      }),
    },
    'Shop/Machine (AWS::StepFunctions::StateMachine): it is not emulated: the state machine does not run',
  ],
  [
    'a WebSocket API',
    { Api: resource('AWS::ApiGatewayV2::Api', { Name: 'ws', ProtocolType: 'WEBSOCKET' }) },
    'Shop/Api (AWS::ApiGatewayV2::Api): a WebSocket API is not emulated',
  ],
  [
    'what a function may use',
    { A: resource('AWS::DynamoDB::Table'), B: resource('AWS::DynamoDB::Table') },
    'Shop/A (and 1 more) (AWS::DynamoDB::Table): not emulated: functions reach AWS, or what AWS_ENDPOINT_URL names',
  ],
  [
    'a custom resource',
    { Own: resource('Custom::Thing') },
    'Shop/Own (Custom::Thing): a custom resource does nothing locally',
  ],
  [
    'a function in another language',
    { Node: resource('AWS::Lambda::Function', { Runtime: 'nodejs22.x' }) },
    'Shop/Node (AWS::Lambda::Function): its runtime is nodejs22.x: only functions in Rust are run',
  ],
])('%s is named', (_, more, expected) => {
  expect(remarks(more)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
});

it('a bucket without notifications is no trigger', () => {
  expect(remarks({ Bucket: resource('AWS::S3::Bucket') })).toEqual([
    expect.stringContaining('Shop/Bucket (AWS::S3::Bucket): not emulated: functions reach AWS'),
  ]);
});

const ARM = resource(
  'AWS::Lambda::Function',
  { Runtime: 'provided.al2023', Architectures: ['arm64'] },
  SOURCE,
);

it('another architecture than functions are built for here is named, with the flag that follows it', () => {
  const [why] = remarks({ Arm: ARM });
  expect(why).toContain('it is deployed for arm64, and built here for x86_64: --arm64 builds all');
  expect(remarks({ Arm: ARM }, { builtFor: 'arm64' })).toEqual([
    expect.stringContaining('Shop/Fn (AWS::Lambda::Function): it is deployed for x86_64'),
  ]);
});

it('a function whose source is not known, as of another construct, is served from its asset', () => {
  const hash = '0'.repeat(64);
  const other = resource('AWS::Lambda::Function', {
    Runtime: 'provided.al2023',
    Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
  });
  expect(remarks({ Other: other }, {}, { [hash]: '/out/asset' })).toEqual([
    'Shop/Other (AWS::Lambda::Function): its asset is served as the app made it, and not rebuilt on save: RustFunction of crablet/cdk tells where its source is',
  ]);
});
