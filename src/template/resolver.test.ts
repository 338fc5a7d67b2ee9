// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so are references written in CloudFormation's Sub

import { describe, expect, it } from 'vitest';
import { AppReader } from './reader.js';
import type { Place } from './resolver.js';
import type { Assembly, Json, JsonObject, Stack, Template } from './template.js';

const PLACE: Place = {
  region: 'eu-central-1',
  accountId: '123456789012',
  serviceUrl: 'http://127.0.0.1:9000',
  parameters: { Size: 'large', 'Other:Size': 'huge' },
};

function stack(name: string, template: Partial<Template>, more: Partial<Stack> = {}): Stack {
  return { name, template: { Resources: {}, ...template }, assets: {}, nested: {}, ...more };
}

function attempt(value: Json, template: Partial<Template> = {}, others: readonly Stack[] = []) {
  const main = stack('Shop', template);
  const assembly: Assembly = { stacks: [main, ...others], missing: [], files: [] };
  return new AppReader(assembly, PLACE).resolver.attempt(value, main);
}

const RESOURCES: Template['Resources'] = {
  Fn: { Type: 'AWS::Lambda::Function', Metadata: { 'aws:cdk:path': 'Shop/Api/Handler/Resource' } },
  Named: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'orders' } },
  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' }, Name: 'live' } },
  Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { 'Fn::GetAtt': ['Fn', 'Arn'] } } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: { TableName: { 'Fn::Sub': '${AWS::StackName}-items' } },
  },
  Topic: { Type: 'AWS::SNS::Topic' },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Metadata: { 'aws:cdk:path': 'Shop/Api/Resource' } },
  Db: { Type: 'AWS::RDS::DBInstance' },
  Word: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/word', Value: 'hello' } },
};
const HOME = 'eu-central-1:123456789012';

describe('what is known without a deploy', () => {
  it.each<[string, Json, Json]>([
    ['a function by its construct', { Ref: 'Fn' }, 'Api-Handler'],
    ['its ARN', { 'Fn::GetAtt': ['Fn', 'Arn'] }, `arn:aws:lambda:${HOME}:function:Api-Handler`],
    ['a name that is set', { 'Fn::GetAtt': 'Named.Arn' }, `arn:aws:lambda:${HOME}:function:orders`],
    ['an alias', { Ref: 'Live' }, `arn:aws:lambda:${HOME}:function:Api-Handler:live`],
    ['a URL', { 'Fn::GetAtt': ['Url', 'FunctionUrl'] }, 'http://127.0.0.1:9000/lambda-url/Api-Handler/'],
    ['an API', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:9000/apis/Api'],
    ['a queue', { Ref: 'Queue' }, 'https://sqs.eu-central-1.amazonaws.com/123456789012/Shop-Queue.fifo'],
    ["a queue's ARN", { 'Fn::GetAtt': ['Queue', 'Arn'] }, `arn:aws:sqs:${HOME}:Shop-Queue.fifo`],
    ['a table', { Ref: 'Table' }, 'Shop-items'],
    ['a topic', { Ref: 'Topic' }, `arn:aws:sns:${HOME}:Shop-Topic`],
    ['an SSM parameter of the app', '{{resolve:ssm:/word:1}}', 'hello'],
    [
      'a pseudo parameter',
      { 'Fn::Join': [':', [{ Ref: 'AWS::Partition' }, { Ref: 'AWS::URLSuffix' }]] },
      'aws:amazonaws.com',
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': ['${A}-${Fn}-${!Fn}-${Table.Arn}', { A: 'x' }] },
      `x-Api-Handler-\${Fn}-arn:aws:dynamodb:${HOME}:table/Shop-items`,
    ],
    ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['Length', { 'Fn::Length': ['a', 'b'] }, 2],
    ['zones', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-central-1a'],
    ['JSON', { 'Fn::ToJsonString': { a: { Ref: 'Fn' } } }, '{"a":"Api-Handler"}'],
    ['what is left out', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
    ['an object with one member that is none', { Reference: 'Fn' }, { Reference: 'Fn' }],
  ])('%s', (_what, value, expected) => {
    expect(attempt(value, { Resources: RESOURCES })).toEqual({ kind: 'known', value: expected });
  });

  it('mappings, with a default', () => {
    const Mappings = { Sizes: { 'eu-central-1': { memory: 512 } } };
    const memory = { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] };
    expect(attempt(memory, { Mappings })).toEqual({ kind: 'known', value: 512 });
    const other = { 'Fn::FindInMap': ['Sizes', 'x', 'memory', { DefaultValue: 128 }] };
    expect(attempt(other, { Mappings })).toEqual({ kind: 'known', value: 128 });
  });

  it('parameters: as they are said, or their default', () => {
    const Parameters: Record<string, JsonObject> = {
      Size: { Type: 'String', Default: 'small' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    };
    expect(attempt({ Ref: 'Size' }, { Parameters })).toEqual({ kind: 'known', value: 'large' });
    expect(attempt({ Ref: 'Zones' }, { Parameters })).toEqual({ kind: 'known', value: ['a', 'b'] });
  });

  it('conditions', () => {
    const Conditions: JsonObject = {
      IsEurope: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      Not: { 'Fn::Not': [{ Condition: 'IsEurope' }] },
      Either: {
        'Fn::Or': [
          { Condition: 'Not' },
          { 'Fn::And': [{ Condition: 'IsEurope' }, { 'Fn::Contains': [['a'], 'a'] }] },
        ],
      },
    };
    const value = (test: string) =>
      attempt({ 'Fn::If': [test, 'yes', { Ref: 'AWS::NoValue' }] }, { Conditions });
    expect(value('IsEurope')).toEqual({ kind: 'known', value: 'yes' });
    expect(value('Not')).toEqual({ kind: 'known', value: null });
    expect(value('Either')).toEqual({ kind: 'known', value: 'yes' });
  });

  it('what another stack exports', () => {
    const other = stack('Other', {
      Resources: RESOURCES,
      Outputs: {
        Arn: {
          Value: { 'Fn::GetAtt': ['Table', 'Arn'] },
          Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Table' } },
        },
      },
    });
    expect(attempt({ 'Fn::ImportValue': 'Other:Table' }, {}, [other])).toEqual({
      kind: 'known',
      value: `arn:aws:dynamodb:${HOME}:table/Other-items`,
    });
  });

  it('what a nested stack is given, and puts out', () => {
    const nested = stack(
      'Shop-Nested',
      { Parameters: { Name: { Type: 'String' } }, Outputs: { Name: { Value: { 'Fn::Sub': '${Name}!' } } } },
      { parent: { stack: 'Shop', logicalId: 'Nested' } },
    );
    const main = stack(
      'Shop',
      {
        Resources: {
          ...RESOURCES,
          Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Name: { Ref: 'Fn' } } } },
        },
      },
      { nested: { Nested: nested } },
    );
    const app = new AppReader({ stacks: [main, nested], missing: [], files: [] }, PLACE);
    expect(app.resolver.attempt({ 'Fn::GetAtt': ['Nested', 'Outputs.Name'] }, main)).toEqual({
      kind: 'known',
      value: 'Api-Handler!',
    });
  });

  it('functions of one name in two stacks, by their stacks', () => {
    const twin = stack('Other', {
      Resources: {
        Fn: { Type: 'AWS::Lambda::Function', Metadata: { 'aws:cdk:path': 'Other/Api/Handler/Resource' } },
      },
    });
    expect(attempt({ Ref: 'Fn' }, { Resources: RESOURCES }, [twin])).toEqual({
      kind: 'known',
      value: 'Shop-Fn',
    });
  });
});

describe('what only a deploy knows is told', () => {
  it.each<[Json, string]>([
    [
      { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] },
      'Endpoint.Address of Db (AWS::RDS::DBInstance, stack Shop) is known only after a deploy',
    ],
    [{ 'Fn::Join': ['', ['x', { 'Fn::GetAtt': ['Db', 'Endpoint.Port'] }]] }, 'Endpoint.Port of Db'],
    [{ 'Fn::ImportValue': 'nowhere' }, "no stack of the app exports 'nowhere'"],
    [{ Ref: 'Nobody' }, "names 'Nobody'"],
    [{ Ref: 'Secret' }, 'the parameter Secret has no default; say it: --cdk-parameter Secret=VALUE'],
    [{ Ref: 'Ami' }, "the value of SSM's /ami"],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1] }, 'Fn::Cidr is not evaluated locally'],
    ['{{resolve:secretsmanager:x:SecretString}}', 'is looked up at a deploy'],
    [{ 'Fn::Select': [5, ['a']] }, 'a shorter list'],
    [{ Condition: 'Circle' }, 'in a circle'],
  ])('%j', (value, why) => {
    const Parameters: Record<string, JsonObject> = {
      Secret: { Type: 'String' },
      Ami: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/ami' },
    };
    const Conditions = { Circle: { Condition: 'Circle' } };
    const found = attempt(value, { Resources: RESOURCES, Parameters, Conditions });
    expect(found).toMatchObject({ kind: 'unknown' });
    expect(found.kind === 'unknown' && found.why).toContain(why);
  });
});
