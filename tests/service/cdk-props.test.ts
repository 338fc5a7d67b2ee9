import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ProfilingGroup } from 'aws-cdk-lib/aws-codeguruprofiler';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  RustExtension,
  type RustExtensionProps,
  RustFunction,
  type RustFunctionProps,
} from '../../src/cdk/index.js';
import { assetKeys, type CdkProject, cdkProject } from '../support/cdk-project.js';

// Every prop of the constructs, and where it goes in a template. A prop without a row does not compile.

let project: CdkProject;

beforeAll(async () => {
  project = await cdkProject({ packages: [{ name: 'hello', bins: ['hello', 'other'] }] });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

const ENV = { account: '123456789012', region: 'us-east-1' };
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/k';
const SIGNING = 'arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0';
const GROUP = 'arn:aws:codeguru-profiler:us-east-1:123456789012:profilingGroup/g';

type Row<Props> = readonly [props: (stack: Stack) => Props, type: string, properties: object];
const FUNCTION = 'AWS::Lambda::Function';
const LAYER = 'AWS::Lambda::LayerVersion';
const EVENTS = 'AWS::Lambda::EventInvokeConfig';
const ref = (text: string) => ({ Ref: expect.stringContaining(text) });
const arn = (text: string) => ({ 'Fn::GetAtt': [expect.stringContaining(text), 'Arn'] });

function templateWith(make: (stack: Stack) => void): Template {
  const stack = new Stack(new App({ context: { 'aws:cdk:enable-asset-metadata': true } }), 'Stack', {
    env: ENV,
  });
  make(stack);
  return Template.fromStack(stack);
}

function expectRow(template: Template, type: string, properties: object): void {
  const found = Object.values(template.findResources(type));
  expect(found.map((one) => ({ ...one, ...one['Properties'] }))).toContainEqual(
    expect.objectContaining(properties),
  );
}

/** A repository is another source: tests/program/cdk-git.test.ts has those. */
type OfGit = 'gitRemote' | 'gitReference' | 'gitForceClone';
/** What lambda.Function has for other runtimes, and refuses for ours. */
type OfOthers = 'profiling' | 'profilingGroup' | 'snapStart';

const ON_FUNCTION: Record<Exclude<keyof RustFunctionProps, OfGit | OfOthers>, Row<RustFunctionProps>> = {
  runtime: [() => ({ runtime: 'provided.al2' }), FUNCTION, { Runtime: 'provided.al2' }],
  bundling: [
    () => ({ bundling: { architecture: lambda.Architecture.ARM_64 } }),
    FUNCTION,
    { Architectures: ['arm64'] },
  ],
  binaryName: [
    () => ({ binaryName: 'other' }),
    FUNCTION,
    { Metadata: expect.objectContaining({ 'crablet:binaryName': 'other' }) },
  ],
  manifestPath: [
    () => ({ manifestPath: join(project.folder, 'Cargo.toml') }),
    FUNCTION,
    {
      Metadata: expect.objectContaining({
        'crablet:manifestPath': expect.stringMatching(/Cargo\.toml$/),
        'crablet:packageName': 'hello',
      }),
    },
  ],
  code: [
    () => ({ code: lambda.Code.fromBucket({ bucketName: 'b' } as never, 'key.zip') }),
    FUNCTION,
    { Code: { S3Bucket: 'b', S3Key: 'key.zip' } },
  ],
  description: [() => ({ description: 'it' }), FUNCTION, { Description: 'it' }],
  timeout: [() => ({ timeout: Duration.seconds(7) }), FUNCTION, { Timeout: 7 }],
  environment: [() => ({ environment: { A: 'b' } }), FUNCTION, { Environment: { Variables: { A: 'b' } } }],
  functionName: [() => ({ functionName: 'f' }), FUNCTION, { FunctionName: 'f' }],
  memorySize: [() => ({ memorySize: 512 }), FUNCTION, { MemorySize: 512 }],
  ephemeralStorageSize: [
    () => ({ ephemeralStorageSize: Size.gibibytes(1) }),
    FUNCTION,
    { EphemeralStorage: { Size: 1024 } },
  ],
  initialPolicy: [
    () => ({ initialPolicy: [new iam.PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] })] }),
    'AWS::IAM::Policy',
    {
      PolicyDocument: expect.objectContaining({
        Statement: [expect.objectContaining({ Action: 's3:Get*' })],
      }),
    },
  ],
  role: [
    (stack) => ({ role: iam.Role.fromRoleArn(stack, 'R', 'arn:aws:iam::123456789012:role/r') }),
    FUNCTION,
    { Role: 'arn:aws:iam::123456789012:role/r' },
  ],
  vpc: [
    (stack) => ({ vpc: vpcOf(stack) }),
    FUNCTION,
    { VpcConfig: expect.objectContaining({ SubnetIds: ['s-1'] }) },
  ],
  vpcSubnets: [
    (stack) => ({
      vpc: vpcOf(stack),
      vpcSubnets: { subnets: [ec2.Subnet.fromSubnetId(stack, 'Other', 's-9')] },
    }),
    FUNCTION,
    { VpcConfig: expect.objectContaining({ SubnetIds: ['s-9'] }) },
  ],
  securityGroups: [
    (stack) => ({
      vpc: vpcOf(stack),
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    }),
    FUNCTION,
    { VpcConfig: expect.objectContaining({ SecurityGroupIds: ['sg-1'] }) },
  ],
  ipv6AllowedForDualStack: [
    (stack) => ({ vpc: vpcOf(stack), ipv6AllowedForDualStack: true }),
    FUNCTION,
    { VpcConfig: expect.objectContaining({ Ipv6AllowedForDualStack: true }) },
  ],
  allowAllOutbound: [
    (stack) => ({ vpc: vpcOf(stack), allowAllOutbound: false }),
    'AWS::EC2::SecurityGroup',
    { SecurityGroupEgress: [expect.objectContaining({ CidrIp: '255.255.255.255/32' })] },
  ],
  allowAllIpv6Outbound: [
    (stack) => ({ vpc: vpcOf(stack), allowAllIpv6Outbound: true }),
    'AWS::EC2::SecurityGroup',
    { SecurityGroupEgress: expect.arrayContaining([expect.objectContaining({ CidrIpv6: '::/0' })]) },
  ],
  allowPublicSubnet: [
    (stack) => ({
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'V', {
        vpcId: 'v',
        availabilityZones: ['a'],
        publicSubnetIds: ['s-2'],
      }),
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      allowPublicSubnet: true,
    }),
    FUNCTION,
    { VpcConfig: expect.objectContaining({ SubnetIds: ['s-2'] }) },
  ],
  filesystem: [
    (stack) => ({
      vpc: vpcOf(stack),
      filesystem: lambda.FileSystem.fromEfsAccessPoint(accessPoint(stack), '/mnt/a'),
    }),
    FUNCTION,
    { FileSystemConfigs: [expect.objectContaining({ LocalMountPath: '/mnt/a' })] },
  ],
  deadLetterQueueEnabled: [
    () => ({ deadLetterQueueEnabled: true }),
    FUNCTION,
    { DeadLetterConfig: { TargetArn: arn('DeadLetterQueue') } },
  ],
  deadLetterQueue: [
    (stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Dead') }),
    FUNCTION,
    { DeadLetterConfig: { TargetArn: arn('Dead') } },
  ],
  deadLetterTopic: [
    (stack) => ({ deadLetterTopic: new sns.Topic(stack, 'Dead') }),
    FUNCTION,
    { DeadLetterConfig: { TargetArn: ref('Dead') } },
  ],
  onFailure: [
    (stack) => ({ onFailure: new SqsDestination(new sqs.Queue(stack, 'Failed')) }),
    EVENTS,
    { DestinationConfig: { OnFailure: { Destination: arn('Failed') } } },
  ],
  onSuccess: [
    (stack) => ({ onSuccess: new SqsDestination(new sqs.Queue(stack, 'Done')) }),
    EVENTS,
    { DestinationConfig: { OnSuccess: { Destination: arn('Done') } } },
  ],
  maxEventAge: [() => ({ maxEventAge: Duration.minutes(2) }), EVENTS, { MaximumEventAgeInSeconds: 120 }],
  retryAttempts: [() => ({ retryAttempts: 1 }), EVENTS, { MaximumRetryAttempts: 1 }],
  tracing: [() => ({ tracing: lambda.Tracing.ACTIVE }), FUNCTION, { TracingConfig: { Mode: 'Active' } }],
  insightsVersion: [
    () => ({ insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_229_0 }),
    FUNCTION,
    { Layers: [expect.stringMatching(/layer:LambdaInsightsExtension:/)] },
  ],
  adotInstrumentation: [
    () => ({
      adotInstrumentation: {
        layerVersion: lambda.AdotLayerVersion.fromGenericLayerVersion(
          lambda.AdotLambdaLayerGenericVersion.V0_102_1,
        ),
        execWrapper: lambda.AdotLambdaExecWrapper.REGULAR_HANDLER,
      },
    }),
    FUNCTION,
    { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' } } },
  ],
  paramsAndSecrets: [
    () => ({
      paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(
        lambda.ParamsAndSecretsVersions.V1_0_103,
      ),
    }),
    FUNCTION,
    { Layers: [expect.stringMatching(/Parameters-and-Secrets/)] },
  ],
  layers: [
    (stack) => ({ layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'L', `${SIGNING}:1`)] }),
    FUNCTION,
    { Layers: [`${SIGNING}:1`] },
  ],
  reservedConcurrentExecutions: [
    () => ({ reservedConcurrentExecutions: 3 }),
    FUNCTION,
    { ReservedConcurrentExecutions: 3 },
  ],
  events: [
    (stack) => ({
      events: [
        new DynamoEventSource(
          new dynamodb.Table(stack, 'T', {
            partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
            stream: dynamodb.StreamViewType.NEW_IMAGE,
          }),
          { startingPosition: lambda.StartingPosition.LATEST },
        ),
      ],
    }),
    'AWS::Lambda::EventSourceMapping',
    { StartingPosition: 'LATEST' },
  ],
  logRetention: [
    () => ({ logRetention: logs.RetentionDays.ONE_WEEK }),
    'Custom::LogRetention',
    { RetentionInDays: 7 },
  ],
  logRetentionRole: [
    (stack) => ({
      logRetention: logs.RetentionDays.ONE_WEEK,
      logRetentionRole: iam.Role.fromRoleArn(stack, 'R', 'arn:aws:iam::123456789012:role/retention'),
    }),
    FUNCTION,
    { Role: 'arn:aws:iam::123456789012:role/retention' },
  ],
  logRetentionRetryOptions: [
    () => ({ logRetention: logs.RetentionDays.ONE_WEEK, logRetentionRetryOptions: { maxRetries: 9 } }),
    'Custom::LogRetention',
    { SdkRetry: { maxRetries: 9 } },
  ],
  logGroup: [
    (stack) => ({ logGroup: logs.LogGroup.fromLogGroupName(stack, 'G', 'mine') }),
    FUNCTION,
    { LoggingConfig: expect.objectContaining({ LogGroup: 'mine' }) },
  ],
  logFormat: [() => ({ logFormat: 'Text' }), FUNCTION, { LoggingConfig: { LogFormat: 'Text' } }],
  loggingFormat: [
    () => ({ loggingFormat: lambda.LoggingFormat.TEXT }),
    FUNCTION,
    { LoggingConfig: { LogFormat: 'Text' } },
  ],
  applicationLogLevel: [
    () => ({ applicationLogLevel: 'WARN' }),
    FUNCTION,
    { LoggingConfig: expect.objectContaining({ ApplicationLogLevel: 'WARN' }) },
  ],
  applicationLogLevelV2: [
    () => ({ applicationLogLevelV2: lambda.ApplicationLogLevel.ERROR }),
    FUNCTION,
    { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'ERROR', SystemLogLevel: 'INFO' } },
  ],
  systemLogLevel: [
    () => ({ systemLogLevel: 'WARN' }),
    FUNCTION,
    { LoggingConfig: expect.objectContaining({ SystemLogLevel: 'WARN' }) },
  ],
  systemLogLevelV2: [
    () => ({ systemLogLevelV2: lambda.SystemLogLevel.DEBUG }),
    FUNCTION,
    { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'DEBUG' } },
  ],
  currentVersionOptions: [
    () => ({ currentVersionOptions: { description: 'of now' } }),
    'AWS::Lambda::Version',
    { Description: 'of now' },
  ],
  environmentEncryption: [
    (stack) => ({ environment: { A: 'b' }, environmentEncryption: kms.Key.fromKeyArn(stack, 'K', KEY) }),
    FUNCTION,
    { KmsKeyArn: KEY },
  ],
  codeSigningConfig: [
    (stack) => ({
      codeSigningConfig: lambda.CodeSigningConfig.fromCodeSigningConfigArn(stack, 'C', SIGNING),
    }),
    FUNCTION,
    { CodeSigningConfigArn: SIGNING },
  ],
  architecture: [
    () => ({ architecture: lambda.Architecture.ARM_64 }),
    FUNCTION,
    { Architectures: ['arm64'] },
  ],
  runtimeManagementMode: [
    () => ({ runtimeManagementMode: lambda.RuntimeManagementMode.FUNCTION_UPDATE }),
    FUNCTION,
    { RuntimeManagementConfig: { UpdateRuntimeOn: 'FunctionUpdate' } },
  ],
  recursiveLoop: [
    () => ({ recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    FUNCTION,
    { RecursiveLoop: 'Allow' },
  ],
};

function vpcOf(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'v',
    availabilityZones: ['a'],
    privateSubnetIds: ['s-1'],
  });
}

function accessPoint(stack: Stack): efs.IAccessPoint {
  const fileSystem = efs.FileSystem.fromFileSystemAttributes(stack, 'Files', {
    fileSystemId: 'fs-1',
    securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'OfFiles', 'sg-2'),
  });
  return efs.AccessPoint.fromAccessPointAttributes(stack, 'Access', { accessPointId: 'fsap-1', fileSystem });
}

const REFUSED: Record<OfOthers, readonly [props: (stack: Stack) => RustFunctionProps, why: RegExp]> = {
  profiling: [() => ({ profiling: true }), /profiling is not supported by runtime provided\.al2023/],
  profilingGroup: [
    (stack) => ({ profilingGroup: ProfilingGroup.fromProfilingGroupArn(stack, 'G', GROUP) }),
    /profiling is not supported by runtime provided\.al2023/,
  ],
  snapStart: [
    () => ({ snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }),
    /SnapStart .* provided\.al2023/,
  ],
};

describe('props of RustFunction', () => {
  it('none: a function on provided.al2023 for x86_64 that logs JSON', () => {
    const template = templateWith((stack) => {
      new RustFunction(stack, 'Hello', { manifestPath: project.folder, binaryName: 'hello' });
    });
    expectRow(template, FUNCTION, {
      Handler: 'bootstrap',
      Runtime: 'provided.al2023',
      Architectures: ['x86_64'],
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
    });
  });

  it.each<[string, RustFunctionProps, object]>([
    ['runtime as the CDK has it', { runtime: lambda.Runtime.PROVIDED_AL2 }, { Runtime: 'provided.al2' }],
    [
      'a target among the flags',
      { bundling: { cargoLambdaFlags: ['--target=aarch64-unknown-linux-gnu'] } },
      { Architectures: ['arm64'] },
    ],
  ])('%s', (_, props, expected) => {
    const template = templateWith((stack) => {
      new RustFunction(stack, 'Hello', { manifestPath: project.folder, binaryName: 'hello', ...props });
    });
    expectRow(template, FUNCTION, expected);
  });

  it('none of which compiles anything, or asks cargo more than once', async () => {
    const hash = () =>
      assetKeys(
        templateWith((stack) => {
          new RustFunction(stack, 'Hello', { manifestPath: project.folder, binaryName: 'hello' });
        }),
      );
    const [first] = hash();
    expect(first).toMatch(/^[0-9a-f]{64}\.zip$/);
    expect(hash()).toEqual([first]);
    expect(await project.calls()).toEqual(['metadata']);
  });

  it.each(Object.entries(ON_FUNCTION))('%s', (_, [props, type, properties]) => {
    const template = templateWith((stack) => {
      const fn = new RustFunction(stack, 'Hello', {
        manifestPath: project.folder,
        binaryName: 'hello',
        ...props(stack),
      });
      if (type === 'AWS::Lambda::Version') fn.currentVersion;
    });
    expectRow(template, type, properties);
  });

  it.each(Object.entries(REFUSED))('%s is refused, as lambda.Function does it', (_, [props, why]) => {
    const make = () =>
      templateWith((stack) => {
        new RustFunction(stack, 'Hello', {
          manifestPath: project.folder,
          binaryName: 'hello',
          ...props(stack),
        });
      });
    expect(make).toThrow(why);
  });
});

const ON_EXTENSION: Record<Exclude<keyof RustExtensionProps, OfGit>, Row<RustExtensionProps>> = {
  bundling: [
    () => ({ bundling: { architecture: lambda.Architecture.ARM_64 } }),
    LAYER,
    { CompatibleArchitectures: ['arm64'] },
  ],
  binaryName: [
    () => ({ binaryName: 'hello' }),
    LAYER,
    { Metadata: expect.objectContaining({ 'crablet:binaryName': 'hello', 'aws:asset:property': 'Content' }) },
  ],
  manifestPath: [
    () => ({ manifestPath: join(project.folder, 'Cargo.toml') }),
    LAYER,
    { Metadata: expect.objectContaining({ 'crablet:manifestPath': expect.stringMatching(/Cargo\.toml$/) }) },
  ],
  architecture: [
    () => ({ architecture: lambda.Architecture.ARM_64 }),
    LAYER,
    { CompatibleArchitectures: ['arm64'] },
  ],
  internal: [
    () => ({ internal: true }),
    LAYER,
    { Metadata: expect.objectContaining({ 'crablet:internal': true }) },
  ],
  description: [() => ({ description: 'it' }), LAYER, { Description: 'it' }],
  license: [() => ({ license: 'MIT' }), LAYER, { LicenseInfo: 'MIT' }],
  layerVersionName: [() => ({ layerVersionName: 'l' }), LAYER, { LayerName: 'l' }],
  removalPolicy: [() => ({ removalPolicy: RemovalPolicy.RETAIN }), LAYER, { DeletionPolicy: 'Retain' }],
};

describe('props of RustExtension', () => {
  it.each(Object.entries(ON_EXTENSION))('%s', (_, [props, type, properties]) => {
    const template = templateWith((stack) => {
      new RustExtension(stack, 'Ext', {
        manifestPath: project.folder,
        binaryName: 'other',
        ...props(stack),
      });
    });
    expectRow(template, type, properties);
  });

  it('is a layer that a function takes', () => {
    const template = templateWith((stack) => {
      const extension = new RustExtension(stack, 'Ext', {
        manifestPath: project.folder,
        binaryName: 'other',
      });
      new RustFunction(stack, 'Hello', {
        manifestPath: project.folder,
        binaryName: 'hello',
        layers: [extension],
      });
    });
    expectRow(template, FUNCTION, { Layers: [ref('Ext')] });
  });
});
