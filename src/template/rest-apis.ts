import {
  type Integration,
  type MockAnswer,
  REST_API_TIMEOUT_MS,
  type RestApi,
  type RestMethod,
  type Stage,
} from '../lambda/api-gateway/definition.js';
import { apisOf, remarkOnRoute, variablesOf } from './apis.js';
import { restAuthorizer } from './authorizers.js';
import type { AppReader, Properties } from './reader.js';
import { isObject, isTrue, textOf } from './template.js';

/** AWS::ApiGateway: every REST API of the app with its methods and stages. */
export function readRestApis(app: AppReader): RestApi[] {
  return apisOf<RestApi>(app, {
    type: 'AWS::ApiGateway::RestApi',
    stagesOf: (id) => stagesOf(app, id),
    build: (one, common) => ({
      ...common,
      kind: 'rest',
      methods: methodsOf(app, common.id),
      binaryMediaTypes: one.texts('BinaryMediaTypes').map((type) => type.replace('~1', '/')),
    }),
  });
}

function stagesOf(app: AppReader, apiId: string): Stage[] {
  return ['AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment'].flatMap((type) =>
    app.all(type).flatMap((one) => {
      const name = one.text('StageName');
      if (name === undefined || one.text('RestApiId') !== apiId) return [];
      const variables = one.has('Variables')
        ? one.value('Variables')
        : one.object('StageDescription').value('Variables');
      return [{ name, variables: variablesOf(variables) }];
    }),
  );
}

function methodsOf(app: AppReader, apiId: string): RestMethod[] {
  const paths = pathsOf(app, apiId);
  return app
    .all('AWS::ApiGateway::Method')
    .filter((one) => one.text('RestApiId') === apiId)
    .map((one) => {
      const resourceId = one.text('ResourceId') ?? '';
      const method: RestMethod = {
        resourceId,
        resourcePath: paths(resourceId),
        method: one.text('HttpMethod') ?? 'ANY',
        integration: integrationOf(one.object('Integration')),
        authorizer: restAuthorizer(app, one),
        apiKeyRequired: isTrue(one.value('ApiKeyRequired')),
      };
      const where = `${method.method} ${method.resourcePath}`;
      remarkOnRoute(app, one, where, method);
      if (method.apiKeyRequired)
        app.remark(one, `${where}: any API key is taken, usage plans are not emulated`);
      if (one.has('RequestValidatorId')) app.remark(one, `${where}: requests are not validated`);
      return method;
    });
}

/** A resource's path: its own part after those of its parents. */
function pathsOf(app: AppReader, apiId: string): (resourceId: string) => string {
  const resources = new Map(
    app
      .all('AWS::ApiGateway::Resource')
      .filter((one) => one.text('RestApiId') === apiId)
      .map((one) => [app.reference(one), one] as const),
  );
  const path = (id: string, below: readonly string[]): string => {
    const resource = resources.get(id);
    // A circle of parents would be no tree; CloudFormation refuses it.
    if (!resource || below.length > resources.size) return `/${below.join('/')}`;
    return path(resource.text('ParentId') ?? '', [resource.text('PathPart') ?? '', ...below]);
  };
  return (id) => path(id, []);
}

function integrationOf(one: Properties): Integration {
  const type = one.text('Type');
  if (type === 'MOCK') return mockOf(one);
  if (type !== 'AWS_PROXY')
    return { kind: 'not-emulated', why: `an integration of the type ${type ?? 'none'}` };
  if (one.text('ConnectionType') === 'VPC_LINK')
    return { kind: 'not-emulated', why: 'an integration through a VPC link' };
  const target = one.function('Uri');
  if (!target) return { kind: 'not-emulated', why: 'an integration whose function is not known' };
  return {
    kind: 'function',
    function: target.name,
    qualifier: target.qualifier,
    payloadFormatVersion: '1.0',
    timeoutMs: one.number('TimeoutInMillis') ?? REST_API_TIMEOUT_MS,
  };
}

const HEADER = 'method.response.header.';

/** A MOCK integration that answers the same to everybody, as CDK makes them for preflights. */
function mockOf(one: Properties): Integration {
  const answers = one.objects('IntegrationResponses');
  const [answer] = answers;
  const status = answer?.number('StatusCode');
  if (!answer || status === undefined || answers.length > 1)
    return { kind: 'not-emulated', why: 'a MOCK integration with other than one answer' };
  const parameters = answer.value('ResponseParameters');
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(isObject(parameters) ? parameters : {})) {
    const text = /^'(.*)'$/s.exec(textOf(value) ?? '')?.[1];
    if (!name.startsWith(HEADER) || text === undefined)
      return { kind: 'not-emulated', why: `a MOCK integration that maps ${name}` };
    headers.push([name.slice(HEADER.length), text]);
  }
  const templates = answer.value('ResponseTemplates');
  const template = isObject(templates) ? (textOf(templates['application/json']) ?? '') : '';
  const mock: MockAnswer = { status, headers };
  if (template.trim() === '') return { kind: 'mock', answer: mock };
  const origins = preflightOrigins(template);
  if (origins) return { kind: 'mock', answer: { ...mock, alsoAllowOrigins: origins } };
  // Without a `$` and a `#` a template of Velocity's is the text that it is.
  if (!/[$#]/.test(template)) return { kind: 'mock', answer: { ...mock, body: template } };
  return { kind: 'not-emulated', why: 'a MOCK integration with a template' };
}

/** The template that CDK's addCorsPreflight writes for several origins (aws-cdk-lib, aws-apigateway/lib/resource.ts). */
function preflightOrigins(template: string): string[] | undefined {
  if (!/^#set\(\$origin = \$input\.params\(\)\.header\.get\("[Oo]rigin"\)\)/.test(template.trim()))
    return undefined;
  return [...template.matchAll(/\$origin\s*(?:==|\.matches\()\s*"([^"]+)"/g)].map(
    ([, origin]) => origin ?? '',
  );
}
