import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RustApi, RustFunction, RustMonitoring } from '../../src/cdk/index.js';
import { type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders';

let project: CdkProject;

beforeAll(async () => {
  project = await cdkProject({
    packages: [
      {
        name: 'api',
        folder: 'api',
        bins: ['hello', 'orders'],
        dependencies: [{ name: 'lambda_http' }],
        lambda: {
          deploy: { memory: 512, timeout: 7, tracing: 'Active', tag: { team: 'a' } },
          bin: {
            hello: {
              deploy: {
                enable_function_url: true,
                function_url: { auth_type: 'NONE', invoke_mode: 'RESPONSE_STREAM' },
              },
            },
            orders: {
              deploy: {
                memory: 1024,
                reserved_concurrency: 3,
                event_sources: [{ arn: QUEUE, batch_size: 5 }],
              },
            },
          },
        },
      },
      {
        name: 'worker',
        folder: 'worker',
        bins: ['worker'],
        lambda: { deploy: { schedules: [{ expression: 'rate(5 minutes)' }], log_retention: 14 } },
      },
    ],
    lambda: {
      watch: {
        router: {
          '/': 'hello',
          '/orders/{id}': [{ method: 'GET', function: 'orders' }],
          '/files/{*path}': 'orders',
        },
      },
    },
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

const functions = (stack: Stack) =>
  RustFunction.fromWorkspace(stack, 'Fns', { manifestPath: project.folder });

describe('RustFunction.fromWorkspace', () => {
  let template: Template;

  beforeAll(() => {
    template = templateOf(functions);
  });

  it('makes one function for each binary', () => {
    template.resourceCountIs('AWS::Lambda::Function', 3);
  });

  it.each<[string, string, object]>([
    [
      'settings of the package',
      'AWS::Lambda::Function',
      { MemorySize: 512, Timeout: 7, TracingConfig: { Mode: 'Active' }, Tags: [{ Key: 'team', Value: 'a' }] },
    ],
    [
      'settings of one binary',
      'AWS::Lambda::Function',
      { MemorySize: 1024, ReservedConcurrentExecutions: 3 },
    ],
    [
      'defaults',
      'AWS::Lambda::Function',
      { MemorySize: 128, Timeout: 30, LoggingConfig: Match.objectLike({ LogFormat: 'JSON' }) },
    ],
    ['a function URL', 'AWS::Lambda::Url', { AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' }],
    ['an event source', 'AWS::Lambda::EventSourceMapping', { EventSourceArn: QUEUE, BatchSize: 5 }],
    [
      'what it needs to be read',
      'AWS::IAM::Policy',
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Action: Match.arrayWith(['sqs:ReceiveMessage']), Resource: QUEUE }),
          ]),
        },
      },
    ],
    ['a schedule', 'AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' }],
    ['the retention of logs', 'AWS::Logs::LogGroup', { RetentionInDays: 14 }],
  ])('takes %s', (_, type, properties) => {
    template.hasResourceProperties(type, properties);
  });

  it('gives each by its name, as a lambda.Function', () => {
    templateOf((stack) => {
      const fns = functions(stack);
      fns['hello']!.grantInvoke(fns['worker']!);
      expect(Object.keys(fns).sort()).toEqual(['hello', 'orders', 'worker']);
    }).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'lambda:InvokeFunction' })]) },
    });
  });

  it('tells of a name that is mistyped', () => {
    const fns = functions(new Stack(new App(), 'Stack'));
    expect(() => fns['helo']).toThrow(
      /\[Stack\/Fns\] There is no function 'helo'; there are: hello, orders, worker\.\n {2}fix: Write 'hello'/,
    );
  });

  it('takes props of all and of single ones', () => {
    const changed = templateOf((stack) =>
      RustFunction.fromWorkspace(stack, 'Fns', {
        manifestPath: project.folder,
        defaults: { memorySize: 256 },
        overrides: { worker: { memorySize: 2048 } },
      }),
    );
    changed.resourcePropertiesCountIs('AWS::Lambda::Function', { MemorySize: 256 }, 2);
    changed.resourcePropertiesCountIs('AWS::Lambda::Function', { MemorySize: 2048 }, 1);
  });

  it('asks cargo once for all members, and in later apps not at all', async () => {
    await rm(join(project.folder, 'target/lambda/.cdk'), { recursive: true });
    const before = (await project.calls()).length;
    for (let app = 0; app < 2; app += 1) templateOf(functions);
    // For the packages, and for their settings.
    expect((await project.calls()).slice(before)).toEqual(['metadata', 'metadata']);
  });

  it('asks cargo also for a member that has a configuration of its own', async () => {
    await project.write('worker/.cargo/config.toml', '[build]\n');
    const before = (await project.calls()).length;
    templateOf(functions);
    expect((await project.calls()).slice(before)).toEqual(['metadata']);
    await project.reset();
  });
});

describe('RustApi', () => {
  it('has the routes of the watch router', () => {
    const template = templateOf((stack) => new RustApi(stack, 'Api', { manifestPath: project.folder }));
    for (const RouteKey of ['ANY /', 'GET /orders/{id}', 'ANY /files/{path+}'])
      template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey });
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    template.resourceCountIs('AWS::Lambda::Function', 3);
  });

  it('tells of a route to nowhere', () => {
    const stack = new Stack(new App(), 'Stack');
    const hello = new RustFunction(stack, 'Hello', {
      manifestPath: `${project.folder}/api`,
      binaryName: 'hello',
    });
    expect(() => new RustApi(stack, 'Api', { manifestPath: project.folder, functions: { hello } })).toThrow(
      /\[Stack\/Api\] The route \/orders\/\{id\} leads to 'orders', which is not among the functions: hello/,
    );
  });
});

describe('RustMonitoring', () => {
  it('has alarms for each function, and one dashboard', () => {
    const template = templateOf(
      (stack) => new RustMonitoring(stack, 'Watch', { functions: Object.values(functions(stack)) }),
    );
    template.resourceCountIs('AWS::CloudWatch::Alarm', 9);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Duration',
      ExtendedStatistic: 'p99',
      Threshold: 5600,
    });
  });
});
