import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpApi, HttpMethod, HttpNoneAuthorizer, IpAddressType } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  RustApi,
  type RustApiProps,
  RustFunction,
  RustMonitoring,
  type RustMonitoringProps,
  type RustWorkspaceProps,
} from '../../src/cdk/index.js';
import type { DeploySettings } from '../../src/project/deploy-settings.js';
import { type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

// Every prop of RustApi, RustMonitoring and RustFunction.fromWorkspace, and every deploy setting of a manifest, and where it
// goes in a template. One without a row does not compile.

let project: CdkProject;

const HELLO = { name: 'hello', bins: ['hello'] };

beforeAll(async () => {
  project = await cdkProject({ packages: [HELLO] });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

const FUNCTION = 'AWS::Lambda::Function';
const API = 'AWS::ApiGatewayV2::Api';
const ROUTE = 'AWS::ApiGatewayV2::Route';
const ALARM = 'AWS::CloudWatch::Alarm';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const EVENTS = 'AWS::Lambda::EventInvokeConfig';
const POLICY = 'AWS::IAM::Policy';

type Row<Props> = readonly [props: (stack: Stack) => Props, type: string, properties: object];

/** Metadata as the CDK's program asks for it. */
const templateWith = (make: (stack: Stack) => void) =>
  templateOf(make, { 'aws:cdk:enable-asset-metadata': true });

/** @param prefix of the logical ids that count */
function expectRow(template: Template, type: string, properties: object, prefix = ''): void {
  const all = Object.entries(template.findResources(type));
  const found = all.filter(([id]) => id.startsWith(prefix)).map(([, one]) => one);
  expect(found.map((one) => ({ ...one, ...one['Properties'] }))).toContainEqual(
    expect.objectContaining(properties),
  );
}

const arnOf = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;

const helloOf = (stack: Stack) =>
  new RustFunction(stack, 'Hello', { manifestPath: project.folder, binaryName: 'hello' });

const ON_API: Record<keyof RustApiProps, Row<RustApiProps>> = {
  manifestPath: [
    () => ({ manifestPath: `${project.folder}/Cargo.toml` }),
    FUNCTION,
    { Metadata: expect.objectContaining({ 'crablet:binaryName': 'hello' }) },
  ],
  functions: [
    (stack) => ({ functions: { hello: helloOf(stack) } }),
    'AWS::ApiGatewayV2::Integration',
    {
      IntegrationUri: { 'Fn::GetAtt': [expect.stringMatching(/^Hello/), 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  ],
  workspace: [() => ({ workspace: { defaults: { memorySize: 640 } } }), FUNCTION, { MemorySize: 640 }],
  apiName: [() => ({ apiName: 'shop' }), API, { Name: 'shop' }],
  description: [() => ({ description: 'it' }), API, { Description: 'it' }],
  corsPreflight: [
    () => ({ corsPreflight: { allowOrigins: ['https://a.example'], maxAge: Duration.minutes(1) } }),
    API,
    { CorsConfiguration: { AllowOrigins: ['https://a.example'], MaxAge: 60 } },
  ],
  createDefaultStage: [
    () => ({ createDefaultStage: true }),
    'AWS::ApiGatewayV2::Stage',
    { StageName: '$default', AutoDeploy: true },
  ],
  defaultDomainMapping: [
    (stack) => ({
      defaultDomainMapping: {
        mappingKey: 'v1',
        domainName: new apigateway.DomainName(stack, 'Domain', {
          domainName: 'a.example',
          certificate: Certificate.fromCertificateArn(stack, 'C', arnOf('acm', 'certificate/c')),
        }),
      },
    }),
    'AWS::ApiGatewayV2::ApiMapping',
    { ApiMappingKey: 'v1' },
  ],
  disableExecuteApiEndpoint: [
    () => ({ disableExecuteApiEndpoint: true }),
    API,
    { DisableExecuteApiEndpoint: true },
  ],
  defaultIntegration: [
    () => ({ defaultIntegration: new HttpUrlIntegration('Else', 'https://else.example') }),
    ROUTE,
    { RouteKey: '$default' },
  ],
  defaultAuthorizer: [
    () => ({
      defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://id.example', { jwtAudience: ['a'] }),
    }),
    ROUTE,
    { RouteKey: 'ANY /{proxy+}', AuthorizationType: 'JWT' },
  ],
  defaultAuthorizationScopes: [
    () => ({
      defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://id.example', { jwtAudience: ['a'] }),
      defaultAuthorizationScopes: ['read'],
    }),
    ROUTE,
    { RouteKey: 'ANY /{proxy+}', AuthorizationScopes: ['read'] },
  ],
  routeSelectionExpression: [
    () => ({ routeSelectionExpression: true }),
    API,
    { RouteSelectionExpression: expect.stringMatching(/request\.method. .*request\.path/) },
  ],
  ipAddressType: [() => ({ ipAddressType: IpAddressType.DUAL_STACK }), API, { IpAddressType: 'dualstack' }],
};

describe('props of RustApi', () => {
  it.each(Object.entries(ON_API))('%s', (_, [props, type, properties]) => {
    const template = templateWith((stack) => {
      new RustApi(stack, 'Api', { manifestPath: project.folder, ...props(stack) });
    });
    expectRow(template, type, properties);
  });

  it('without any, the only function has every path, and no stage but the default', () => {
    const template = templateWith((stack) => new RustApi(stack, 'Api', { manifestPath: project.folder }));
    expectRow(template, ROUTE, { RouteKey: 'ANY /{proxy+}', AuthorizationType: 'NONE' });
    template.resourceCountIs(ROUTE, 1);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    const none = templateOf((stack) => {
      new RustApi(stack, 'Api', { manifestPath: project.folder, createDefaultStage: false });
    });
    none.resourceCountIs('AWS::ApiGatewayV2::Stage', 0);
  });

  it('is an HttpApi: routes can be added, and are guarded one by one', () => {
    const template = templateWith((stack) => {
      const api = new RustApi(stack, 'Api', { manifestPath: project.folder });
      expect(api).toBeInstanceOf(HttpApi);
      api.addRoutes({
        path: '/else',
        methods: [HttpMethod.GET],
        integration: new HttpUrlIntegration('Else', 'https://else.example'),
        authorizer: new HttpNoneAuthorizer(),
      });
    });
    expectRow(template, ROUTE, { RouteKey: 'GET /else', AuthorizationType: 'NONE' });
  });

  it('no routes to several functions is an error that writes one', async () => {
    await project.tell({ packages: [{ name: 'two', bins: ['one', 'two'] }] });
    const make = () => templateOf((stack) => new RustApi(stack, 'Api', { manifestPath: project.folder }));
    expect(make).toThrow(
      /\[Stack\/Api\] There are 2 functions \(one, two\) and no routes to them\.\n.*\[workspace\.metadata\.lambda\.watch\.router\] "\/one" = "one"/,
    );
    await project.reset();
  });
});

const ON_MONITORING: Record<keyof RustMonitoringProps, Row<Partial<RustMonitoringProps>>> = {
  functions: [
    (stack) => ({ functions: [helloOf(stack)] }),
    ALARM,
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      AlarmDescription: 'Stack/Hello: invocations that were throttled',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^Hello/) } }],
      TreatMissingData: 'notBreaching',
    },
  ],
  alarmActions: [
    (stack) => ({ alarmActions: [new SnsAction(new Topic(stack, 'Told'))] }),
    ALARM,
    { AlarmActions: [{ Ref: expect.stringMatching(/^Told/) }] },
  ],
  errorThreshold: [() => ({ errorThreshold: 5 }), ALARM, { MetricName: 'Errors', Threshold: 5 }],
  // The function says nothing of its timeout: AWS's three seconds.
  durationShare: [() => ({ durationShare: 0.5 }), ALARM, { MetricName: 'Duration', Threshold: 1500 }],
  dashboardName: [
    () => ({ dashboardName: 'rust' }),
    'AWS::CloudWatch::Dashboard',
    { DashboardName: 'rust', DashboardBody: expect.anything() },
  ],
};

describe('props of RustMonitoring', () => {
  it.each(Object.entries(ON_MONITORING))('%s', (_, [props, type, properties]) => {
    const template = templateWith((stack) => {
      const given = props(stack);
      new RustMonitoring(stack, 'Watch', { functions: given.functions ?? [helloOf(stack)], ...given });
    });
    expectRow(template, type, properties);
    template.resourceCountIs(ALARM, 3);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  it('has a row of graphs for each function', () => {
    const template = templateWith((stack) => {
      new RustMonitoring(stack, 'Watch', { functions: [helloOf(stack)] });
    });
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard);
    for (const title of ['invocations', 'errors and throttles', 'duration', 'concurrency'])
      expect(body).toContain(`Hello: ${title}`);
  });
});

const ON_WORKSPACE: Record<keyof RustWorkspaceProps, Row<RustWorkspaceProps>> = {
  manifestPath: [
    () => ({ manifestPath: `${project.folder}/Cargo.toml` }),
    FUNCTION,
    { Metadata: expect.objectContaining({ 'crablet:binaryName': 'hello' }) },
  ],
  bundling: [
    () => ({ bundling: { architecture: lambda.Architecture.ARM_64 } }),
    FUNCTION,
    { Architectures: ['arm64'] },
  ],
  architecture: [
    () => ({ architecture: lambda.Architecture.ARM_64 }),
    FUNCTION,
    { Architectures: ['arm64'] },
  ],
  defaults: [() => ({ defaults: { description: 'all' } }), FUNCTION, { Description: 'all' }],
  overrides: [
    () => ({ defaults: { description: 'all' }, overrides: { hello: { description: 'one' } } }),
    FUNCTION,
    { Description: 'one' },
  ],
};

describe('props of RustFunction.fromWorkspace', () => {
  it.each(Object.entries(ON_WORKSPACE))('%s', (_, [props, type, properties]) => {
    const template = templateWith((stack) => {
      RustFunction.fromWorkspace(stack, 'Fns', { manifestPath: project.folder, ...props(stack) });
    });
    expectRow(template, type, properties);
  });

  it('an override of a function that is not there names the nearest', () => {
    const make = () =>
      templateOf((stack) => {
        const overrides = { helo: {} };
        RustFunction.fromWorkspace(stack, 'Fns', { manifestPath: project.folder, overrides });
      });
    expect(make).toThrow(
      /\[Stack\/Fns\] There is no function 'helo'; there is: hello\.\n {2}fix: Write 'hello'/,
    );
  });
});

const QUEUE = arnOf('sqs', 'jobs');
const BUS = arnOf('events', 'event-bus/bus');
const STREAM = arnOf('kinesis', 'stream/clicks');
const IN_VPC = { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] };
const ACCESS_POINT = arnOf('elasticfilesystem', 'access-point/fsap-0123456789abcdef0');

/** A function of the stack's own account and region. */
const byName = (name: string) => ({
  'Fn::Join': ['', expect.arrayContaining([`:function:${name}`])],
});

const allows = (action: string, resource: unknown) => ({
  PolicyDocument: expect.objectContaining({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Action: expect.toSatisfy((one: string | string[]) => [one].flat().includes(action)),
        Resource: resource,
      }),
    ]),
  }),
});

/** Of a setting: what the manifest says (with a note, where it says it in two ways), and where it goes. */
type Setting = readonly [deploy: object, type: string, properties: object];

/** What is of the way in which `crablet deploy` deploys; the CDK has a way of its own. */
const OF_DEPLOY = 'of crablet deploy';

const ON_SETTING: Record<keyof DeploySettings, Setting | readonly Setting[] | typeof OF_DEPLOY> = {
  functionName: [{ name: 'f' }, FUNCTION, { FunctionName: 'f' }],
  binary: [
    {},
    FUNCTION,
    { Metadata: expect.objectContaining({ 'crablet:binaryName': expect.stringMatching(/^binary-/) }) },
  ],
  runtime: [{ runtime: 'provided.al2' }, FUNCTION, { Runtime: 'provided.al2' }],
  memoryMb: [{ memory: 192 }, FUNCTION, { MemorySize: 192 }],
  timeoutSeconds: [{ timeout: 9 }, FUNCTION, { Timeout: 9 }],
  ephemeralStorageMb: [{ ephemeral_storage: 1024 }, FUNCTION, { EphemeralStorage: { Size: 1024 } }],
  description: [{ description: 'it' }, FUNCTION, { Description: 'it' }],
  environment: [{ env: { A: 'b' } }, FUNCTION, { Environment: { Variables: { A: 'b' } } }],
  tracing: [{ tracing: 'Active' }, FUNCTION, { TracingConfig: { Mode: 'Active' } }],
  layers: [
    { layers: [arnOf('lambda', 'layer:l:1'), arnOf('lambda', 'layer:m:2')] },
    FUNCTION,
    { Layers: [arnOf('lambda', 'layer:l:1'), arnOf('lambda', 'layer:m:2')] },
  ],
  vpc: [
    [
      { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'], ipv6_allowed_for_dual_stack: true },
      FUNCTION,
      { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], Ipv6AllowedForDualStack: true } },
    ],
    [
      { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] },
      'AWS::IAM::Role',
      {
        ManagedPolicyArns: expect.arrayContaining([
          {
            'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/VPCAccess/)])],
          },
        ]),
      },
    ],
  ],
  fileSystems: [
    [
      { ...IN_VPC, file_systems: [{ arn: ACCESS_POINT, local_mount_path: '/mnt/a' }] },
      FUNCTION,
      { FileSystemConfigs: [{ Arn: ACCESS_POINT, LocalMountPath: '/mnt/a' }] },
    ],
    [
      { ...IN_VPC, file_systems: [{ arn: ACCESS_POINT, local_mount_path: '/mnt/a' }] },
      POLICY,
      allows('elasticfilesystem:ClientMount', '*'),
    ],
  ],
  kmsKey: [{ kms_key: arnOf('kms', 'key/k') }, FUNCTION, { KmsKeyArn: arnOf('kms', 'key/k') }],
  codeSigningConfig: [
    { code_signing_config: arnOf('lambda', 'code-signing-config:csc-0123456789abcdef0') },
    FUNCTION,
    { CodeSigningConfigArn: arnOf('lambda', 'code-signing-config:csc-0123456789abcdef0') },
  ],
  logging: [
    [
      { application_log_level: 'DEBUG', system_log_level: 'WARN', log_format: 'JSON', log_group: 'g' },
      FUNCTION,
      {
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'DEBUG',
          SystemLogLevel: 'WARN',
          LogGroup: 'g',
        },
      },
    ],
    [{ log_format: 'Text' }, FUNCTION, { LoggingConfig: { LogFormat: 'Text' } }],
  ],
  logRetentionDays: [
    { log_retention: 30, log_group: 'g' },
    'AWS::Logs::LogGroup',
    { RetentionInDays: 30, LogGroupName: 'g' },
  ],
  eventInvoke: [
    [
      { maximum_retry_attempts: 1, maximum_event_age: 120, on_success: BUS, on_failure: QUEUE },
      EVENTS,
      {
        MaximumRetryAttempts: 1,
        MaximumEventAgeInSeconds: 120,
        DestinationConfig: { OnSuccess: { Destination: BUS }, OnFailure: { Destination: QUEUE } },
      },
    ],
    [
      { on_success: arnOf('lambda', 'function:next'), on_failure: arnOf('sns', 'topic') },
      EVENTS,
      {
        DestinationConfig: {
          OnSuccess: { Destination: arnOf('lambda', 'function:next') },
          OnFailure: { Destination: arnOf('sns', 'topic') },
        },
      },
    ],
    [
      { on_success: 'next' },
      POLICY,
      allows('lambda:InvokeFunction', expect.arrayContaining([byName('next')])),
    ],
    [{ on_failure: QUEUE }, POLICY, allows('sqs:SendMessage', QUEUE)],
    [{ dead_letter_queue: QUEUE }, FUNCTION, { DeadLetterConfig: { TargetArn: QUEUE } }],
    [
      { dead_letter_queue: arnOf('sns', 'topic') },
      FUNCTION,
      { DeadLetterConfig: { TargetArn: arnOf('sns', 'topic') } },
    ],
  ],
  reservedConcurrency: [{ reserved_concurrency: 0 }, FUNCTION, { ReservedConcurrentExecutions: 0 }],
  provisionedConcurrency: [
    { provisioned_concurrency: 2 },
    'AWS::Lambda::Alias',
    { Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } },
  ],
  alias: [{ provisioned_concurrency: 2, alias: 'prod' }, 'AWS::Lambda::Alias', { Name: 'prod' }],
  functionUrl: [
    {
      enable_function_url: true,
      function_url: {
        auth_type: 'AWS_IAM',
        invoke_mode: 'RESPONSE_STREAM',
        cors: {
          allow_origins: ['https://a.example'],
          allow_methods: ['GET'],
          allow_headers: ['a'],
          expose_headers: ['b'],
          allow_credentials: true,
          max_age: 60,
        },
      },
    },
    'AWS::Lambda::Url',
    {
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
      Cors: {
        AllowOrigins: ['https://a.example'],
        AllowMethods: ['GET'],
        AllowHeaders: ['a'],
        ExposeHeaders: ['b'],
        AllowCredentials: true,
        MaxAge: 60,
      },
    },
  ],
  eventSources: [
    [
      {
        event_sources: [
          {
            arn: QUEUE,
            enabled: false,
            batch_size: 20,
            batching_window: 5,
            filters: [{ body: { kind: ['a'] } }],
            report_batch_item_failures: true,
            maximum_concurrency: 4,
          },
        ],
      },
      MAPPING,
      {
        EventSourceArn: QUEUE,
        Enabled: false,
        BatchSize: 20,
        MaximumBatchingWindowInSeconds: 5,
        FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["a"]}}' }] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 4 },
      },
    ],
    [
      {
        event_sources: [
          {
            arn: STREAM,
            starting_position: 'LATEST',
            parallelization_factor: 2,
            maximum_record_age: 60,
            maximum_retry_attempts: 3,
            bisect_batch_on_function_error: true,
            tumbling_window: 30,
            on_failure: 'arn:aws:s3:::failed',
          },
        ],
      },
      MAPPING,
      {
        EventSourceArn: STREAM,
        StartingPosition: 'LATEST',
        ParallelizationFactor: 2,
        MaximumRecordAgeInSeconds: 60,
        MaximumRetryAttempts: 3,
        BisectBatchOnFunctionError: true,
        TumblingWindowInSeconds: 30,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failed' } },
      },
    ],
    [{ event_sources: [{ arn: STREAM }] }, POLICY, allows('kinesis:GetRecords', STREAM)],
    [
      { event_sources: [{ arn: arnOf('kafka', 'cluster/c/u'), topics: ['t'] }] },
      MAPPING,
      { Topics: ['t'], StartingPosition: 'TRIM_HORIZON' },
    ],
    [{ event_sources: [{ arn: arnOf('mq', 'broker:b:1'), queues: ['q'] }] }, MAPPING, { Queues: ['q'] }],
    [
      { event_sources: [{ arn: arnOf('mq', 'broker:b:1'), queues: ['q'] }] },
      POLICY,
      allows('mq:DescribeBroker', arnOf('mq', 'broker:b:1')),
    ],
  ],
  schedules: [
    {
      schedules: [
        {
          name: 'nightly',
          expression: 'cron(0 3 * * ? *)',
          input: { full: true },
          enabled: false,
          description: 'each night',
        },
      ],
    },
    'AWS::Events::Rule',
    {
      ScheduleExpression: 'cron(0 3 * * ? *)',
      State: 'DISABLED',
      Description: 'each night',
      Targets: [expect.objectContaining({ Input: '{"full":true}' })],
    },
  ],
  role: [
    [{ role: 'arn:aws:iam::123456789012:role/r' }, FUNCTION, { Role: 'arn:aws:iam::123456789012:role/r' }],
    [
      { statements: [{ sid: 'No', effect: 'Deny', actions: ['s3:Put*'], resources: ['*'] }] },
      POLICY,
      {
        PolicyDocument: expect.objectContaining({
          Statement: expect.arrayContaining([
            { Sid: 'No', Effect: 'Deny', Action: 's3:Put*', Resource: '*' },
          ]),
        }),
      },
    ],
    [
      { policies: ['arn:aws:iam::123456789012:policy/p'] },
      'AWS::IAM::Role',
      { ManagedPolicyArns: expect.arrayContaining(['arn:aws:iam::123456789012:policy/p']) },
    ],
    [
      { permissions_boundary: 'arn:aws:iam::123456789012:policy/b' },
      'AWS::IAM::Role',
      { PermissionsBoundary: 'arn:aws:iam::123456789012:policy/b' },
    ],
  ],
  tags: [{ tag: { team: 'a' } }, FUNCTION, { Tags: [{ Key: 'team', Value: 'a' }] }],
  // Has a test of its own, below.
  extension: OF_DEPLOY,
  mergeEnvironment: OF_DEPLOY,
  keepVersions: OF_DEPLOY,
  canary: OF_DEPLOY,
  alarms: OF_DEPLOY,
  smokeTest: OF_DEPLOY,
  s3Bucket: OF_DEPLOY,
  s3Key: OF_DEPLOY,
  s3Prefix: OF_DEPLOY,
  s3Create: OF_DEPLOY,
};

/** A binary of its own for each row, so that one template has them all. */
const settings = Object.entries(ON_SETTING)
  .flatMap(([name, rows]): [string, Setting][] => {
    if (rows === OF_DEPLOY) return [];
    const all = (Array.isArray(rows[0]) ? rows : [rows]) as readonly Setting[];
    return all.map((row) => [name, row]);
  })
  .map(([name, row], index) => ({ name, row, bin: `${name.toLowerCase()}-${index}-of` }));

describe('deploy settings of a manifest', () => {
  let template: Template;

  beforeAll(async () => {
    const extension = { name: 'extension', bins: ['extension'], lambda: { deploy: { extension: true } } };
    const packages = settings.map(({ bin, row: [deploy] }) => ({
      name: bin,
      folder: bin,
      bins: [bin],
      lambda: { deploy },
    }));
    await project.write('Cargo.toml', '# a workspace\n');
    await project.tell({ packages: [...packages, { ...extension, folder: 'extension' }] });
    try {
      template = templateWith((stack) => {
        RustFunction.fromWorkspace(stack, 'Fns', { manifestPath: project.folder });
      });
    } finally {
      await project.reset();
    }
  }, 60_000);

  it.each(settings)('$name: $bin', ({ bin, row: [, type, properties] }) => {
    expectRow(template, type, properties, `Fns${bin.replaceAll('-', '')}`);
  });

  it('extension: it is a layer, and no function', () => {
    template.resourceCountIs(FUNCTION, settings.length);
  });
});
