/** An API of API Gateway as the local service serves it: plain data in AWS's words, read from a template. */
import type { Cors } from '../cors.js';

export type Api = HttpApi | RestApi;

interface AnyApi {
  /** What stands before `.execute-api.` in its host name. */
  readonly id: string;
  /** For a person, and in the path `/apis/<name>/`. */
  readonly name: string;
  readonly stages: readonly Stage[];
}

/** AWS::ApiGatewayV2::Api with the protocol HTTP. */
export interface HttpApi extends AnyApi {
  readonly kind: 'http';
  readonly cors?: Cors | undefined;
  readonly routes: readonly HttpRoute[];
}

/** AWS::ApiGateway::RestApi. */
export interface RestApi extends AnyApi {
  readonly kind: 'rest';
  readonly methods: readonly RestMethod[];
  /** Bodies of these types travel as bytes; a part may be an asterisk. */
  readonly binaryMediaTypes: readonly string[];
}

export interface Stage {
  /** The stage `$default` of an HTTP API has no part in the path. */
  readonly name: string;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

export interface HttpRoute {
  /** Such as `GET /items/{id}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly integration: Integration;
  readonly authorizer?: Authorizer | undefined;
}

export interface RestMethod {
  readonly resourceId: string;
  /** Such as `/items/{id}`. */
  readonly resourcePath: string;
  /** Such as `GET`, or `ANY`. */
  readonly method: string;
  readonly integration: Integration;
  readonly authorizer?: Authorizer | undefined;
  readonly apiKeyRequired?: boolean | undefined;
}

export type Integration =
  | FunctionIntegration
  | { readonly kind: 'mock'; readonly answer: MockAnswer }
  /** Requests get an error that says why. */
  | { readonly kind: 'not-emulated'; readonly why: string };

export interface FunctionIntegration {
  readonly kind: 'function';
  readonly function: string;
  /** Of the alias or version that is called; absent for the function itself. */
  readonly qualifier?: string | undefined;
  /** The form of the event; a REST API has only the first. */
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly timeoutMs: number;
}

export interface MockAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Origins of which the one that asks is allowed, as CDK's preflight with several origins answers. */
  readonly alsoAllowOrigins?: readonly string[] | undefined;
  readonly body?: string | undefined;
}

/** Whom a route or method lets through. */
export type Authorizer =
  | FunctionAuthorizer
  | JwtAuthorizer
  /** A request signed with Signature version 4. */
  | { readonly kind: 'iam' }
  /** A request to a route that has it is answered with why. */
  | { readonly kind: 'not-emulated'; readonly why: string };

/** A Lambda authorizer. */
export interface FunctionAuthorizer {
  readonly kind: 'function';
  /** Tells it from others of the API, for its cache. */
  readonly id: string;
  readonly function: string;
  readonly qualifier?: string | undefined;
  /** What the function is sent: only a token, or the request in one of two forms. */
  readonly sends: 'token' | 'request-1.0' | 'request-2.0';
  /** The function answers `{isAuthorized, context}`; else with a policy. */
  readonly simple: boolean;
  readonly identitySources: readonly IdentitySource[];
  /** What a token has to match before the function is asked. */
  readonly validation?: string | undefined;
  /** For how long an answer holds; 0 for none. */
  readonly cacheSeconds: number;
}

export interface JwtAuthorizer {
  readonly kind: 'jwt';
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly identitySource: IdentitySource;
  /** Of the route: the token has to have one of them. */
  readonly scopes: readonly string[];
}

export interface IdentitySource {
  readonly from: 'header' | 'querystring' | 'stageVariables' | 'context';
  readonly name: string;
}

/** How long a function authorizer is waited for: as long as an integration of a REST API. */
export const AUTHORIZER_TIMEOUT_MS = 29_000;

/** The longest that an integration may take (quotas of API Gateway; awsdocs/amazon-api-gateway-developer-guide#74). */
export const HTTP_API_TIMEOUT_MS = 30_000;
export const REST_API_TIMEOUT_MS = 29_000;

/** The largest request and answer of an API (quotas of API Gateway). What the function takes is less. */
export const MAX_API_BODY_BYTES = 10_485_760;
