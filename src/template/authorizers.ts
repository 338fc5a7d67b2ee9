import type { Authorizer, FunctionAuthorizer, IdentitySource } from '../lambda/api-gateway/definition.js';
import { readIdentitySource } from '../lambda/api-gateway/identity-source.js';
import type { AppReader, Properties } from './reader.js';
import { isTrue } from './template.js';

/** Defaults of API Gateway (AWS::ApiGateway::Authorizer): five minutes; an HTTP API keeps nothing unless it is told to. */
const REST_CACHE_SECONDS = 300;

/** Whom a route of an HTTP API lets through; undefined for everybody. */
export function httpAuthorizer(app: AppReader, route: Properties): Authorizer | undefined {
  const type = route.text('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM') return { kind: 'iam' };
  const one = named(app, 'AWS::ApiGatewayV2::Authorizer', route);
  const kind = one?.text('AuthorizerType');
  const sources = sourcesOf(one?.texts('IdentitySource') ?? []);
  if (!one || !sources) return notEmulated(kind ?? type);
  if (kind === 'JWT') return jwtOf(one, sources, route.texts('AuthorizationScopes'));
  const target = kind === 'REQUEST' ? one.function('AuthorizerUri') : undefined;
  if (!target) return notEmulated(kind ?? type);
  return {
    kind: 'function',
    id: app.reference(one),
    function: target.name,
    qualifier: target.qualifier,
    sends: one.text('AuthorizerPayloadFormatVersion') === '1.0' ? 'request-1.0' : 'request-2.0',
    simple: isTrue(one.value('EnableSimpleResponses')),
    identitySources: sources,
    cacheSeconds: one.number('AuthorizerResultTtlInSeconds') ?? 0,
  };
}

function jwtOf(
  one: Properties,
  [identitySource]: readonly IdentitySource[],
  scopes: readonly string[],
): Authorizer {
  const configuration = one.object('JwtConfiguration');
  const issuer = configuration.text('Issuer');
  if (issuer === undefined || !identitySource) return notEmulated('JWT, of an issuer that is not known');
  // The id of a user pool is a deploy's to make; ours is made up, and nobody's.
  const pool = /^https:\/\/cognito-idp\.[\w.-]+\/(.*)$/.exec(issuer)?.[1];
  if (pool !== undefined && !/^[\w-]+_[A-Za-z0-9]+$/.test(pool))
    return notEmulated('JWT, of a user pool that has no id before it is deployed');
  return { kind: 'jwt', issuer, audiences: configuration.texts('Audience'), identitySource, scopes };
}

/** Whom a method of a REST API lets through; undefined for everybody. */
export function restAuthorizer(app: AppReader, method: Properties): Authorizer | undefined {
  const type = method.text('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM') return { kind: 'iam' };
  const one = named(app, 'AWS::ApiGateway::Authorizer', method);
  const kind = one?.text('Type');
  const target = one?.function('AuthorizerUri');
  const sources = sourcesOf(one?.text('IdentitySource')?.split(',') ?? []);
  const sends = SENDS[kind ?? ''];
  if (!one || !target || !sources || !sends) return notEmulated(kind ?? type);
  return {
    kind: 'function',
    id: app.reference(one),
    function: target.name,
    qualifier: target.qualifier,
    sends,
    simple: false,
    identitySources: sources,
    validation: one.text('IdentityValidationExpression'),
    cacheSeconds: one.number('AuthorizerResultTtlInSeconds') ?? REST_CACHE_SECONDS,
  };
}

const SENDS: Readonly<Record<string, FunctionAuthorizer['sends']>> = {
  TOKEN: 'token',
  REQUEST: 'request-1.0',
};

function named(app: AppReader, type: string, asks: Properties): Properties | undefined {
  const id = asks.text('AuthorizerId');
  return app.all(type).find((one) => app.reference(one) === id);
}

/** Undefined when one of them is nothing that can be looked for. */
function sourcesOf(texts: readonly string[]): IdentitySource[] | undefined {
  const sources = texts.map(readIdentitySource);
  return sources.every((one) => one !== undefined) ? sources : undefined;
}

function notEmulated(type: string): Authorizer {
  return { kind: 'not-emulated', why: `its authorizer (${type})` };
}
