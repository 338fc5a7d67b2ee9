import { join } from 'node:path';
import type { JsonObject, Resource } from '../../src/template/template.js';
import type { FunctionProject } from './project.js';

export type Resources = Record<string, Resource>;

/** A function of the project as crablet/cdk writes it into a template. */
export function rustFunction(
  id: string,
  binary: string,
  properties: JsonObject = {},
  metadata: JsonObject = {},
): Resources {
  return {
    [`${id}Function`]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'provided.al2023',
        Handler: 'bootstrap',
        Code: { S3Bucket: 'cdk-assets', S3Key: `${'0'.repeat(63)}1.zip` },
        ...properties,
      },
      Metadata: {
        'aws:cdk:path': `Shop/${id}/Resource`,
        'crablet:manifestPath': 'Cargo.toml',
        'crablet:binaryName': binary,
        ...metadata,
      },
    },
  };
}

/** An HTTP API with its default stage, as aws-cdk-lib's aws-apigatewayv2 writes it; routes by key, to functions' ids. */
export function httpApi(
  id: string,
  routes: Readonly<Record<string, string>>,
  properties: JsonObject = {},
): Resources {
  const resources: Resources = {
    [id]: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: id, ProtocolType: 'HTTP', ...properties },
      Metadata: { 'aws:cdk:path': `Shop/${id}/Resource` },
    },
    [`${id}Stage`]: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: id }, AutoDeploy: true, StageName: '$default' },
    },
  };
  Object.entries(routes).forEach(([routeKey, fn], index) => {
    resources[`${id}Integration${index}`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: id },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [`${fn}Function`, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    };
    resources[`${id}Route${index}`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: id },
        RouteKey: routeKey,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration${index}` }]] },
        AuthorizationType: 'NONE',
      },
    };
  });
  return resources;
}

/** What `cdk synth` writes of one stack, in the folder `cdk.out` of the project. */
export async function writeAssembly(
  project: Pick<FunctionProject, 'write'>,
  resources: Resources,
  more: JsonObject = {},
  folder = 'cdk.out',
): Promise<void> {
  const template = { ...more, Resources: resources };
  await project.write(join(folder, 'Shop.template.json'), JSON.stringify(template));
  await project.write(join(folder, 'Shop.assets.json'), JSON.stringify({ version: '48.0.0', files: {} }));
  await project.write(join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
}

const MANIFEST = {
  version: '48.0.0',
  artifacts: {
    'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
    Shop: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'Shop.template.json' },
      displayName: 'Shop',
    },
  },
};

/** An app without aws-cdk-lib: it writes what `app.json` says, as the library would, where CDK_OUTDIR says. */
export async function writeApp(project: Pick<FunctionProject, 'write'>, resources: Resources): Promise<void> {
  await project.write('bin/app.cjs', APP);
  await saveApp(project, resources);
}

export async function saveApp(project: Pick<FunctionProject, 'write'>, resources: Resources): Promise<void> {
  await project.write('app.json', JSON.stringify(resources));
}

const APP = `
const fs = require('node:fs');
const path = require('node:path');
const out = process.env.CDK_OUTDIR;
const context = JSON.parse(process.env.CDK_CONTEXT_JSON);
if (process.env.CRABLET_BUNDLE !== 'never') throw new Error('it would compile');
const text = fs.readFileSync(path.join(__dirname, '..', 'app.json'), 'utf8');
if (text.includes('THROW')) { console.error('Error: the stack is not right'); process.exit(1); }
const resources = JSON.parse(text.replaceAll('FROM_CONTEXT', String(context.colour)));
fs.writeFileSync(path.join(out, 'Shop.template.json'), JSON.stringify({ Resources: resources }));
fs.writeFileSync(path.join(out, 'Shop.assets.json'), JSON.stringify({ version: '48.0.0', files: {} }));
fs.writeFileSync(path.join(out, 'manifest.json'), ${JSON.stringify(JSON.stringify(MANIFEST))});
console.log('synthesised');
`;
