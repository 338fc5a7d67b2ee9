import { expect, it } from 'vitest';
import { readApp } from './read-app.js';
import type { JsonObject, Resource } from './template.js';

const arn = (fn: string) => ({ 'Fn::GetAtt': [fn, 'Arn'] });
const uri = (fn: string) => ({
  'Fn::Join': [
    '',
    ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/', arn(fn), '/invocations'],
  ],
});
const resource = (Type: string, Properties: JsonObject): Resource => ({ Type, Properties });

function routesOf(authorizer: Resource, route: JsonObject) {
  const Resources = {
    Fn: resource('AWS::Lambda::Function', { Runtime: 'provided.al2023', FunctionName: 'fn' }),
    Auth: resource('AWS::Lambda::Function', { Runtime: 'provided.al2023', FunctionName: 'auth' }),
    Authorizer: authorizer,
    Http: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
    HttpStage: resource('AWS::ApiGatewayV2::Stage', { ApiId: { Ref: 'Http' }, StageName: '$default' }),
    Integration: resource('AWS::ApiGatewayV2::Integration', {
      ApiId: { Ref: 'Http' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arn('Fn'),
    }),
    Route: resource('AWS::ApiGatewayV2::Route', {
      ApiId: { Ref: 'Http' },
      RouteKey: 'GET /',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      ...route,
    }),
    Rest: resource('AWS::ApiGateway::RestApi', { Name: 'rest' }),
    RestStage: resource('AWS::ApiGateway::Stage', { RestApiId: { Ref: 'Rest' }, StageName: 'prod' }),
    Method: resource('AWS::ApiGateway::Method', {
      RestApiId: { Ref: 'Rest' },
      ResourceId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
      HttpMethod: 'GET',
      Integration: { Type: 'AWS_PROXY', Uri: uri('Fn') },
      ...route,
    }),
  };
  const stack = { name: 'Shop', template: { Resources }, assets: {}, nested: {} };
  const app = readApp(
    { stacks: [stack], missing: [], files: [] },
    {
      region: 'us-east-1',
      accountId: '123456789012',
      serviceUrl: 'http://127.0.0.1:9000',
      queueEndpoint: undefined,
      parameters: {},
    },
  );
  const [http, rest] = app.apis;
  return {
    http: http?.kind === 'http' ? http.routes[0]?.authorizer : undefined,
    rest: rest?.kind === 'rest' ? rest.methods[0]?.authorizer : undefined,
    remarks: app.remarks.map(({ resource: of, why }) => `${of}: ${why}`),
  };
}

const ID = { AuthorizerId: { Ref: 'Authorizer' } };

it('a REQUEST authorizer of an HTTP API', () => {
  const authorizer = resource('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: uri('Auth'),
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.X-Key', '$request.querystring.q', '$context.identity.sourceIp'],
    AuthorizerResultTtlInSeconds: 60,
  });
  const { http, remarks } = routesOf(authorizer, { AuthorizationType: 'CUSTOM', ...ID });
  expect(http).toEqual({
    kind: 'function',
    id: expect.any(String),
    function: 'auth',
    qualifier: undefined,
    sends: 'request-2.0',
    simple: true,
    identitySources: [
      { from: 'header', name: 'X-Key' },
      { from: 'querystring', name: 'q' },
      { from: 'context', name: 'identity.sourceIp' },
    ],
    cacheSeconds: 60,
  });
  expect(remarks.filter((text) => text.startsWith('Shop/Route'))).toEqual([]);
});

it.each([
  ['TOKEN', 'token'],
  ['REQUEST', 'request-1.0'],
])('a %s authorizer of a REST API, which remembers for five minutes', (Type, sends) => {
  const authorizer = resource('AWS::ApiGateway::Authorizer', {
    Type,
    AuthorizerUri: uri('Auth'),
    IdentitySource: 'method.request.header.Authorization',
    IdentityValidationExpression: 'x.*',
  });
  expect(routesOf(authorizer, { AuthorizationType: 'CUSTOM', ...ID }).rest).toMatchObject({
    kind: 'function',
    function: 'auth',
    sends,
    simple: false,
    identitySources: [{ from: 'header', name: 'Authorization' }],
    validation: 'x.*',
    cacheSeconds: 300,
  });
});

const jwt = (Issuer: JsonObject | string) =>
  resource('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer, Audience: ['a', 'b'] },
  });

it('a JWT authorizer, with the scopes of the route', () => {
  const route = { AuthorizationType: 'JWT', AuthorizationScopes: ['s'], ...ID };
  expect(routesOf(jwt('https://id.example.com/'), route).http).toEqual({
    kind: 'jwt',
    issuer: 'https://id.example.com/',
    audiences: ['a', 'b'],
    identitySource: { from: 'header', name: 'Authorization' },
    scopes: ['s'],
  });
});

it('AWS_IAM, and NONE', () => {
  const none = resource('AWS::CDK::Metadata', {});
  expect(routesOf(none, { AuthorizationType: 'AWS_IAM' })).toMatchObject({
    http: { kind: 'iam' },
    rest: { kind: 'iam' },
  });
  expect(routesOf(none, { AuthorizationType: 'NONE' })).toMatchObject({ http: undefined, rest: undefined });
});

it('what cannot be asked is named: user pools that are not there yet, and those of REST APIs', () => {
  const pool = {
    'Fn::Join': ['', ['https://cognito-idp.us-east-1.amazonaws.com/', { Ref: 'Fn' }]],
  };
  const route = { AuthorizationType: 'JWT', ...ID };
  expect(routesOf(jwt(pool), route).http).toEqual({
    kind: 'not-emulated',
    why: 'its authorizer (JWT, of a user pool that has no id before it is deployed)',
  });
  const cognito = resource('AWS::ApiGateway::Authorizer', { Type: 'COGNITO_USER_POOLS' });
  const { rest, remarks } = routesOf(cognito, { AuthorizationType: 'COGNITO_USER_POOLS', ...ID });
  expect(rest).toEqual({ kind: 'not-emulated', why: 'its authorizer (COGNITO_USER_POOLS)' });
  expect(remarks).toContain('Shop/Method: GET / answers 501: its authorizer (COGNITO_USER_POOLS)');
});
