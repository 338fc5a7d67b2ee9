import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Api,
  Authorizer,
  FunctionAuthorizer,
  JwtAuthorizer,
} from '../../src/lambda/api-gateway/definition.js';
import { Sha256 } from '../../src/local/sha256.js';
import { BOOTSTRAP, type ScriptedService, serve } from '../support/functions.js';
import { type HttpAnswer, http } from '../support/http.js';
import { forever, next, reportError, respond } from '../support/runtime-actions.js';
import { sampleEvent } from '../support/sample-event.js';

/** Authorizers of APIs. The one function answers with its event; the other, `auth`, is asked first. */

const KEY = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'secret' };
const HEADER = { from: 'header', name: 'Authorization' } as const;

function apiOf(kind: Api['kind'], authorizer: Authorizer, payloadFormatVersion: '1.0' | '2.0'): Api {
  const integration = {
    kind: 'function',
    function: 'hello',
    payloadFormatVersion,
    timeoutMs: 30_000,
  } as const;
  const common = { id: 'api1', name: 'Shop' };
  return kind === 'http'
    ? {
        ...common,
        kind,
        stages: [{ name: '$default', variables: { table: 'orders' } }],
        routes: [{ routeKey: 'GET /orders/{orderId}', integration, authorizer }],
      }
    : {
        ...common,
        kind,
        stages: [{ name: 'prod', variables: { table: 'orders' } }],
        methods: [
          { resourceId: 'r', resourcePath: '/orders/{orderId}', method: 'GET', integration, authorizer },
        ],
        binaryMediaTypes: [],
      };
}

interface Guarded extends ScriptedService {
  ask(headers?: Record<string, string>, path?: string): Promise<HttpAnswer>;
  /** The events that the authorizer got. */
  asked(): Record<string, unknown>[];
}

async function guarded(
  kind: Api['kind'],
  authorizer: Authorizer,
  answer: ReturnType<typeof respond> | undefined,
  payloadFormatVersion: '1.0' | '2.0' = kind === 'http' ? '2.0' : '1.0',
): Promise<Guarded> {
  const asksFirst = (number: number) =>
    answer && number === 1 ? [forever(next(), answer)] : TELLS_ITS_EVENT;
  const service = await serve(asksFirst, {
    functions: ['auth', 'hello'].map((name) => ({ name, bootstrap: BOOTSTRAP })),
    acceptedKeys: [KEY],
  });
  service.trigger({ apis: [apiOf(kind, authorizer, payloadFormatVersion)] });
  const prefix = `${service.url}/apis/Shop${kind === 'rest' ? '/prod' : ''}`;
  return {
    ...service,
    ask: (headers = { Authorization: 'Bearer t0k3n' }, path = '/orders/1042?expand=items') =>
      http(`${prefix}${path}`, { headers }),
    asked: () => (service.runtimes.starts[0]?.events ?? []).map(({ body }) => JSON.parse(body.toString())),
  };
}

const TELLS_ITS_EVENT = [
  forever(
    next(),
    respond(({ body }) => JSON.stringify({ statusCode: 200, body: body.toString() })),
  ),
];

const contextOf = (answer: HttpAnswer) =>
  (JSON.parse(answer.text) as { requestContext: Record<string, unknown> }).requestContext;

const LAMBDA: FunctionAuthorizer = {
  kind: 'function',
  id: 'a1',
  function: 'auth',
  sends: 'request-2.0',
  simple: true,
  identitySources: [HEADER],
  cacheSeconds: 0,
};
const policy = (Effect: string, Resource: string, more: object = {}) =>
  JSON.stringify({
    principalId: 'ada',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }],
    },
    ...more,
  });

describe('a Lambda authorizer of an HTTP API', () => {
  it('lets through with what it says of the caller, and is sent what AWS sends', async () => {
    const context = { customer: 'ada', limit: 100, trusted: true };
    const service = await guarded('http', LAMBDA, respond(JSON.stringify({ isAuthorized: true, context })));
    const answer = await service.ask({ Authorization: 'Bearer t0k3n', cookie: 'session=s3ss10n' });
    expect(answer.status, answer.text).toBe(200);
    expect(contextOf(answer)['authorizer']).toEqual({ lambda: context });
    const [event] = service.asked();
    const sample = await sampleEvent('apigw-v2-custom-authorizer-v2-request');
    expect(Object.keys(event ?? {}).sort()).toEqual(Object.keys(sample).sort());
    expect(event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:123456789012:api1/$default/GET/orders/1042',
      identitySource: ['Bearer t0k3n'],
      routeKey: 'GET /orders/{orderId}',
      pathParameters: { orderId: '1042' },
      stageVariables: { table: 'orders' },
    });
  });

  it('is sent version 1.0 where it asks for that, and answers with a policy', async () => {
    const answers = respond(policy('Allow', '*', { context: { plan: 'premium' } }));
    const authorizer = { ...LAMBDA, sends: 'request-1.0', simple: false } as const;
    const service = await guarded('http', authorizer, answers, '1.0');
    const answer = await service.ask();
    expect(contextOf(answer)['authorizer']).toEqual({ principalId: 'ada', plan: 'premium' });
    const [event] = service.asked();
    const sample = await sampleEvent('apigw-v2-custom-authorizer-v1-request');
    expect(Object.keys(event ?? {})).toEqual(expect.arrayContaining(Object.keys(sample)));
    expect(event).toMatchObject({
      version: '1.0',
      methodArn: 'arn:aws:execute-api:us-east-1:123456789012:api1/$default/GET/orders/1042',
      identitySource: 'Bearer t0k3n',
      authorizationToken: 'Bearer t0k3n',
      resource: '/orders/{orderId}',
    });
  });

  it.each<[string, ReturnType<typeof respond>, Partial<FunctionAuthorizer>, number, string]>([
    ['says no', respond('{"isAuthorized":false}'), {}, 403, '{"message":"Forbidden"}'],
    ['denies by its policy', respond(policy('Deny', '*')), { simple: false }, 403, '{"message":"Forbidden"}'],
    ['answers something else', respond('"yes"'), {}, 500, '{"message":"Internal Server Error"}'],
    [
      'fails',
      reportError('{"errorMessage":"no","errorType":"Oops"}'),
      {},
      500,
      '{"message":"Internal Server Error"}',
    ],
    [
      "fails with 'Unauthorized'",
      reportError('{"errorMessage":"Unauthorized","errorType":"Error"}'),
      {},
      401,
      '{"message":"Unauthorized"}',
    ],
  ])('that %s', async (_, answers, more, status, text) => {
    const service = await guarded('http', { ...LAMBDA, ...more }, answers);
    expect(await service.ask()).toMatchObject({ status, text });
    expect(service.runtimes.starts).toHaveLength(1);
    expect(service.warnings.join('\n')).toMatch(/Shop refused a request: auth /);
  });

  it('is not asked without its identity sources', async () => {
    const sources = [HEADER, { from: 'querystring', name: 'expand' }] as const;
    const service = await guarded('http', { ...LAMBDA, identitySources: sources }, respond('{}'));
    const unauthorized = { status: 401, text: '{"message":"Unauthorized"}' };
    expect(await service.ask({})).toMatchObject(unauthorized);
    expect(await service.ask({ Authorization: 'x' }, '/orders/1')).toMatchObject(unauthorized);
    expect(service.runtimes.starts).toEqual([]);
  });

  it('is asked once about one identity for as long as its cache holds', async () => {
    const service = await guarded('http', { ...LAMBDA, cacheSeconds: 60 }, respond('{"isAuthorized":true}'));
    for (const token of ['a', 'a', 'b', 'a']) {
      expect((await service.ask({ Authorization: token })).status).toBe(200);
    }
    expect(service.asked().map((event) => event['identitySource'])).toEqual([['a'], ['b']]);
  });
});

describe('a Lambda authorizer of a REST API', () => {
  const TOKEN: FunctionAuthorizer = { ...LAMBDA, sends: 'token', simple: false };

  it('gets a token, and its context travels as text', async () => {
    const context = { plan: 'premium', limit: 100, trusted: true };
    const service = await guarded('rest', TOKEN, respond(policy('Allow', '*', { context })));
    const answer = await service.ask();
    expect(answer.status, answer.text).toBe(200);
    expect(contextOf(answer)['authorizer']).toEqual({
      principalId: 'ada',
      plan: 'premium',
      limit: '100',
      trusted: 'true',
      integrationLatency: 0,
    });
    expect(service.asked()).toEqual([
      {
        type: 'TOKEN',
        authorizationToken: 'Bearer t0k3n',
        methodArn: 'arn:aws:execute-api:us-east-1:123456789012:api1/prod/GET/orders/1042',
      },
    ]);
  });

  it('or the request', async () => {
    const service = await guarded('rest', { ...TOKEN, sends: 'request-1.0' }, respond(policy('Allow', '*')));
    expect((await service.ask()).status).toBe(200);
    const sample = await sampleEvent('apigw-custom-auth-request-type-request');
    expect(Object.keys(service.asked()[0] ?? {}).sort()).toEqual(Object.keys(sample).sort());
  });

  it.each<[string, ReturnType<typeof respond>, number, string, string]>([
    [
      'denies',
      respond(policy('Deny', '*')),
      403,
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
      'AccessDeniedException',
    ],
    [
      'allows something else',
      respond(policy('Allow', '*/GET/other')),
      403,
      '{"Message":"User is not authorized to access this resource"}',
      'AccessDeniedException',
    ],
    [
      "fails with 'Unauthorized'",
      reportError('{"errorMessage":"Unauthorized","errorType":"Error"}'),
      401,
      '{"message":"Unauthorized"}',
      'UnauthorizedException',
    ],
    [
      'fails',
      reportError('{"errorMessage":"no","errorType":"Oops"}'),
      500,
      '{"message":null}',
      'AuthorizerConfigurationException',
    ],
    ['answers something else', respond('{}'), 500, '{"message":null}', 'AuthorizerConfigurationException'],
    [
      'has lists in its context',
      respond(policy('Allow', '*', { context: { a: [] } })),
      500,
      '{"message":null}',
      'AuthorizerConfigurationException',
    ],
  ])('that %s', async (_, answers, status, text, type) => {
    const service = await guarded('rest', TOKEN, answers);
    const answer = await service.ask();
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['x-amzn-errortype']).toBe(type);
  });

  it('is not asked without a token, or with one that is not of its form', async () => {
    const service = await guarded('rest', { ...TOKEN, validation: 'Bearer \\w+' }, respond('{}'));
    const unauthorized = { status: 401, text: '{"message":"Unauthorized"}' };
    expect(await service.ask({})).toMatchObject(unauthorized);
    expect(await service.ask({ Authorization: 'Basic x' })).toMatchObject(unauthorized);
    expect(service.runtimes.starts).toEqual([]);
  });

  it('that is remembered still decides about each method by its policy', async () => {
    const answers = respond(policy('Allow', '*/GET/orders/1'));
    const service = await guarded('rest', { ...TOKEN, cacheSeconds: 300 }, answers);
    expect((await service.ask(undefined, '/orders/1')).status).toBe(200);
    expect((await service.ask(undefined, '/orders/2')).status).toBe(403);
    expect(service.asked()).toHaveLength(1);
  });
});

describe('a JWT authorizer', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let server: Server;
  let issuer: string;
  let askedForKeys = 0;

  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      if (url === '/keys') askedForKeys += 1;
      const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
      response.end(
        JSON.stringify(url === '/keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const now = Math.floor(Date.now() / 1000);
  const JWT = (more: Partial<JwtAuthorizer> = {}): JwtAuthorizer => ({
    kind: 'jwt',
    issuer,
    audiences: ['shop', 'orders'],
    identitySource: HEADER,
    scopes: [],
    ...more,
  });

  function token(claims: object, header: object = {}, { privateKey } = keys): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = { iss: issuer, aud: 'orders', iat: now - 60, exp: now + 3600, sub: 'ada', ...claims };
    const signed = `${part({ alg: 'RS256', kid: 'k1', ...header })}.${part(body)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }

  it('lets a good token through, with its claims as text and the scopes that the route asked for', async () => {
    const service = await guarded('http', JWT({ scopes: ['orders:read', 'orders:admin'] }), undefined);
    const jwt = token({ scope: 'orders:read orders:write', groups: ['a', 'b'], vip: true });
    for (const Authorization of [`Bearer ${jwt}`, jwt]) {
      const answer = await service.ask({ Authorization });
      expect(answer.status, answer.text).toBe(200);
      expect(contextOf(answer)['authorizer']).toEqual({
        jwt: {
          claims: {
            iss: issuer,
            aud: 'orders',
            iat: String(now - 60),
            exp: String(now + 3600),
            sub: 'ada',
            scope: 'orders:read orders:write',
            groups: '[a b]',
            vip: 'true',
          },
          scopes: ['orders:read'],
        },
      });
    }
  });

  it('asks the issuer for its keys once', async () => {
    const service = await guarded('http', JWT(), undefined);
    const before = askedForKeys;
    for (const _ of [1, 2, 3]) expect((await service.ask({ Authorization: token({}) })).status).toBe(200);
    expect(askedForKeys).toBe(before + 1);
  });

  it.each<[string, () => string, string | undefined]>([
    ['has expired', () => token({ exp: now - 1 }), 'the token has expired'],
    ['is for another audience', () => token({ aud: ['x', 'y'] }), 'the token does not have a valid audience'],
    [
      'has its audience only beside aud',
      () => token({ aud: 'x', client_id: 'shop' }),
      'the token does not have a valid audience',
    ],
    ['is of another issuer', () => token({ iss: 'https://example.com' }), undefined],
    ['does not hold yet', () => token({ nbf: now + 600 }), undefined],
    ['comes from the future', () => token({ iat: now + 600 }), undefined],
    ['is signed by another', () => token({}, {}, others), undefined],
    ['names a key that is not there', () => token({}, { kid: 'k2' }), undefined],
    ['is signed with a shared secret', () => token({}, { alg: 'HS256' }), undefined],
    ['is not signed', () => token({}, { alg: 'none' }), undefined],
    ['is no token', () => 'not-a-token', 'token contains an invalid number of segments'],
  ])('refuses one that %s', async (_, jwt, description) => {
    const service = await guarded('http', JWT(), undefined);
    const answer = await service.ask({ Authorization: `Bearer ${jwt()}` });
    expect(answer).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    const said = description === undefined ? '' : ` error_description="${description}"`;
    expect(answer.headers['www-authenticate']).toBe(`Bearer scope="" error="invalid_token"${said}`);
    expect(service.runtimes.starts).toEqual([]);
  });

  it('takes client_id where there is no aud', async () => {
    const service = await guarded('http', JWT(), undefined);
    const answer = await service.ask({ Authorization: token({ aud: undefined, client_id: 'shop' }) });
    expect(answer.status).toBe(200);
  });

  it('answers 401 without a token, 403 without a scope, 500 without an issuer', async () => {
    const service = await guarded('http', JWT({ scopes: ['orders:admin'] }), undefined);
    const none = await service.ask({});
    expect(none).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(none.headers['www-authenticate']).toBe('Bearer');
    expect(await service.ask({ Authorization: token({ scp: ['orders:read'] }) })).toMatchObject({
      status: 403,
      text: '{"message":"Forbidden"}',
    });
    const away = await guarded('http', JWT({ issuer: 'http://127.0.0.1:1' }), undefined);
    expect(await away.ask({ Authorization: token({ iss: 'http://127.0.0.1:1' }) })).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
    expect(away.warnings.join()).toContain('cannot be asked for its keys');
  });
});

describe('AWS_IAM', () => {
  const IAM: Authorizer = { kind: 'iam' };

  async function sign(url: string, service = 'execute-api'): Promise<Record<string, string>> {
    const { hostname, host, pathname, searchParams } = new URL(url);
    const signer = new SignatureV4({ service, region: 'us-east-1', credentials: KEY, sha256: Sha256 });
    const { headers } = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host },
    });
    return headers;
  }

  it('of an HTTP API tells who signed, and of the others nothing but Forbidden', async () => {
    const service = await guarded('http', IAM, undefined);
    const url = `${service.url}/apis/Shop/orders/1042?expand=items`;
    const answer = await service.ask(await sign(url));
    expect(answer.status, answer.text).toBe(200);
    expect(contextOf(answer)['authorizer']).toMatchObject({
      iam: { accessKey: 'AKIALOCAL', userArn: 'arn:aws:iam::123456789012:user/crablet' },
    });
    const forbidden = { status: 403, text: '{"message":"Forbidden"}' };
    expect(await service.ask({})).toMatchObject(forbidden);
    expect(await service.ask(await sign(url, 'lambda'))).toMatchObject(forbidden);
    expect(await service.ask(await sign(`${url}&more`))).toMatchObject(forbidden);
  });

  it('of a REST API fills the identity, and says what is wrong with a signature', async () => {
    const service = await guarded('rest', IAM, undefined);
    const url = `${service.url}/apis/Shop/prod/orders/1042?expand=items`;
    const answer = await service.ask(await sign(url));
    expect(answer.status, answer.text).toBe(200);
    expect(contextOf(answer)['identity']).toMatchObject({
      accessKey: 'AKIALOCAL',
      accountId: '123456789012',
      caller: 'AIDALOCAL',
      user: 'AIDALOCAL',
      userArn: 'arn:aws:iam::123456789012:user/crablet',
    });
    expect(await service.ask({})).toMatchObject({
      status: 403,
      text: '{"message":"Missing Authentication Token"}',
    });
    const wrong = await service.ask(await sign(url, 'lambda'));
    expect(wrong).toMatchObject({ status: 403 });
    expect(wrong.text).toContain("scoped to correct service: 'execute-api'");
  });
});

it('whose function is not there is named', async () => {
  const service = await guarded('http', { ...LAMBDA, function: 'gone' }, undefined);
  const answer = await service.ask();
  expect(answer.status).toBe(501);
  expect(answer.text).toContain("the function of its authorizer, 'gone', is not served here");
});
