import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RustApi, RustExtension, RustFunction, RustMonitoring } from '../../src/cdk/index.js';
import { VERSION } from '../../src/version.js';
import { type CdkProject, cdkProject } from '../support/cdk-project.js';

// What CDK's own constructs have beside props: property injectors (blueprints), metadata, a name in the tree.

let project: CdkProject;

beforeAll(async () => {
  project = await cdkProject({
    packages: [{ name: 'hello', bins: ['hello'], dependencies: [{ name: 'lambda_http' }] }],
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

/** Adds `more` to the props of a construct, where a person said nothing. */
const adds = (constructUniqueId: string, more: object): IPropertyInjector => ({
  constructUniqueId,
  inject: (props: object) => ({ ...more, ...props }),
});

const source = () => ({ manifestPath: project.folder });
const hello = (scope: Construct) => new RustFunction(scope, 'Hello', source());

function templateWith(injectors: IPropertyInjector[], make: (stack: Stack) => void): Template {
  const app = new App({ propertyInjectors: injectors });
  const stack = new Stack(app, 'Stack');
  make(stack);
  return Template.fromStack(stack);
}

describe('property injectors change', () => {
  it.each<[string, string, object, (stack: Stack) => unknown, string, object]>([
    [
      'a function',
      RustFunction.PROPERTY_INJECTION_ID,
      { memorySize: 777, bundling: { cargoLambdaFlags: ['--target=aarch64-unknown-linux-gnu'] } },
      hello,
      'AWS::Lambda::Function',
      { MemorySize: 777, Architectures: ['arm64'] },
    ],
    [
      'a function, by an injector for all of lambda.Function',
      LambdaFunction.PROPERTY_INJECTION_ID,
      { memorySize: 778 },
      hello,
      'AWS::Lambda::Function',
      { MemorySize: 778 },
    ],
    [
      'the functions of a workspace',
      RustFunction.PROPERTY_INJECTION_ID,
      { description: 'injected' },
      (stack) => RustFunction.fromWorkspace(stack, 'Fns', source()),
      'AWS::Lambda::Function',
      { Description: 'injected' },
    ],
    [
      'an extension',
      RustExtension.PROPERTY_INJECTION_ID,
      { license: 'MIT' },
      (stack) => new RustExtension(stack, 'Ext', source()),
      'AWS::Lambda::LayerVersion',
      { LicenseInfo: 'MIT' },
    ],
    [
      'an API',
      RustApi.PROPERTY_INJECTION_ID,
      { apiName: 'injected' },
      (stack) => new RustApi(stack, 'Api', source()),
      'AWS::ApiGatewayV2::Api',
      { Name: 'injected' },
    ],
    [
      'monitoring',
      RustMonitoring.PROPERTY_INJECTION_ID,
      { dashboardName: 'injected', errorThreshold: 9 },
      (stack) => new RustMonitoring(stack, 'Watch', { functions: [hello(stack)] }),
      'AWS::CloudWatch::Alarm',
      { MetricName: 'Errors', Threshold: 9 },
    ],
  ])('%s', (_, id, more, make, type, properties) => {
    templateWith([adds(id, more)], make).hasResourceProperties(type, properties);
  });

  it('props by that of the nearest scope', () => {
    const id = RustFunction.PROPERTY_INJECTION_ID;
    const template = templateWith([adds(id, { memorySize: 1001 })], (stack) => {
      PropertyInjectors.of(stack).add(adds(id, { memorySize: 1002 }));
      hello(stack);
    });
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1002 });
  });

  it('nothing of what a person said', () => {
    const template = templateWith(
      [adds(RustFunction.PROPERTY_INJECTION_ID, { memorySize: 1003 })],
      (stack) => {
        new RustFunction(stack, 'Hello', { ...source(), memorySize: 256 });
      },
    );
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 256 });
  });
});

describe('construct metadata', () => {
  const synthesized = () => {
    const app = new App({
      analyticsReporting: true,
      context: { '@aws-cdk/core:enableAdditionalMetadataCollection': true },
    });
    const stack = new Stack(app, 'Stack', { env: { region: 'us-east-1', account: '123456789012' } });
    const fn = new RustFunction(stack, 'Hello', { ...source(), environment: { SECRET: 'hunter2' } });
    new RustExtension(stack, 'Ext', source());
    new RustApi(stack, 'Api', { ...source(), functions: { hello: fn } });
    new RustMonitoring(stack, 'Watch', { functions: [fn] });
    return app.synth();
  };

  it('says of which construct it is, and nothing of its props: the CDK keeps only what it knows', () => {
    const { directory } = synthesized();
    const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
    const { metadata } = manifest.artifacts.Stack as {
      metadata: Record<string, { type: string; data: unknown }[]>;
    };
    const of = (path: string) =>
      (metadata[path] ?? []).filter(({ type }) => type === 'aws:cdk:analytics:construct');
    for (const path of ['/Stack/Hello', '/Stack/Ext', '/Stack/Api', '/Stack/Watch']) {
      expect(
        of(path).map(({ data }) => data),
        path,
      ).toContain('*');
    }
    expect(JSON.stringify(of('/Stack/Hello'))).not.toContain('hunter2');
  });

  it('has our name and version in the tree, as the CDK and its reports know constructs', () => {
    const { directory } = synthesized();
    const { tree } = JSON.parse(readFileSync(join(directory, 'tree.json'), 'utf8'));
    const { children } = tree.children.Stack;
    expect(['Hello', 'Ext', 'Api', 'Watch'].map((id) => children[id].constructInfo)).toMatchObject([
      { fqn: 'crablet.RustFunction', version: VERSION },
      { fqn: 'crablet.RustExtension', version: VERSION },
      { fqn: 'crablet.RustApi', version: VERSION },
      { fqn: 'crablet.RustMonitoring', version: VERSION },
    ]);
  });
});
