/**
 * What a Lambda authorizer is sent (API Gateway developer guide, "Input to an API Gateway Lambda authorizer" and "Working with
 * Lambda authorizers for HTTP APIs"; events/apigw-custom-auth-request*.json, events/apigw-v2-custom-authorizer-*.json).
 */
import type { FunctionAuthorizer } from './definition.js';

export interface AuthorizerRequest {
  /** Of the method or route that is asked, for the policy. */
  readonly arn: string;
  /** The values of the identity sources, in their order. */
  readonly identity: readonly string[];
  /** Of the API: a REST API names neither version nor identity in its events. */
  readonly api: 'http' | 'rest';
  /** The request's event of payload version 1.0 and 2.0. */
  readonly version1: () => string;
  readonly version2: () => string;
}

export function toAuthorizerEvent(sends: FunctionAuthorizer['sends'], request: AuthorizerRequest): string {
  const { arn, identity, api } = request;
  switch (sends) {
    case 'token':
      return JSON.stringify({ type: 'TOKEN', authorizationToken: identity[0], methodArn: arn });
    case 'request-1.0': {
      const { version: _, ...event } = withoutBody(request.version1());
      if (api === 'rest') return JSON.stringify({ type: 'REQUEST', methodArn: arn, ...event });
      const joined = identity.join(',');
      return JSON.stringify({
        version: '1.0',
        type: 'REQUEST',
        methodArn: arn,
        identitySource: joined,
        authorizationToken: joined,
        ...event,
      });
    }
    case 'request-2.0': {
      const { version, ...event } = withoutBody(request.version2());
      return JSON.stringify({ version, type: 'REQUEST', routeArn: arn, identitySource: identity, ...event });
    }
    default:
      return sends satisfies never;
  }
}

/** An authorizer never sees the body. */
function withoutBody(event: string): Record<string, unknown> {
  const { body: _, isBase64Encoded: __, ...rest } = JSON.parse(event) as Record<string, unknown>;
  return rest;
}

/** `arn:aws:execute-api:us-east-1:123456789012:<api>/<stage>/GET/items/7`: what policies speak of. */
export function requestArn(where: {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  /** Without the stage. */
  readonly path: string;
}): string {
  const { region, accountId, apiId, stage, method, path } = where;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${path.startsWith('/') ? path : `/${path}`}`;
}
