/**
 * What comes of a Lambda authorizer's answer (API Gateway developer guide, "Output from an API Gateway Lambda authorizer" and
 * "Working with Lambda authorizers for HTTP APIs").
 */
import type { UrlResponse } from '../function-url-response.js';
import { isObject } from '../proxy-response.js';
import type { FunctionAuthorizer } from './definition.js';
import { HTTP_FORBIDDEN, HTTP_INTERNAL_ERROR, HTTP_UNAUTHORIZED } from './http-api-response.js';
import { restRefusal } from './message.js';
import { evaluatePolicy } from './policy.js';
import { REST_UNAUTHORIZED } from './proxy-response.js';

/** Members that an event's `requestContext` gets. */
export interface Granted {
  readonly authorizer?: object | undefined;
  /** What a signed request to a REST API is told as. */
  readonly identity?: object | undefined;
}

export type Authorization =
  | { readonly kind: 'granted'; readonly granted: Granted }
  /** `why` is for the person at the terminal: AWS's answers tell little. */
  | { readonly kind: 'refused'; readonly answer: UrlResponse; readonly why: string };

/** What the function returned, or that it failed; kept as long as the authorizer's cache says. */
export type AuthorizerResult =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string };

export interface Asked {
  readonly api: 'http' | 'rest';
  readonly arn: string;
  /** Of the event that the function behind the route gets. */
  readonly payloadFormatVersion: '1.0' | '2.0';
}

const DENIED = 'User is not authorized to access this resource';
/** Seen as `{"Message":…}`, with AccessDeniedException (public reports of APIs with Lambda authorizers). */
const denied = (text: string) => restRefusal(403, { Message: text }, 'AccessDeniedException');
const REST_DENIED = denied(DENIED);
const REST_DENIED_EXPLICITLY = denied(`${DENIED} with an explicit deny`);
/** The authorizer failed, or answered what it may not (auth0-samples/jwt-rsa-aws-custom-authorizer#6 shows the body). */
export const REST_AUTHORIZER_ERROR = restRefusal(500, { message: null }, 'AuthorizerConfigurationException');

/** Nobody is asked where an identity source is missing. */
export function withoutIdentity(api: 'http' | 'rest'): UrlResponse {
  return api === 'http' ? HTTP_UNAUTHORIZED : REST_UNAUTHORIZED;
}

export function decide(
  { function: name, simple }: FunctionAuthorizer,
  result: AuthorizerResult,
  asked: Asked,
): Authorization {
  const isHttp = asked.api === 'http';
  const refused = (answer: UrlResponse, why: string): Authorization => ({
    kind: 'refused',
    answer,
    why: `${name} ${why}`,
  });
  const wrong = (why: string) => refused(isHttp ? HTTP_INTERNAL_ERROR : REST_AUTHORIZER_ERROR, why);
  if (result.kind === 'failed') {
    // The one word that a function can refuse with.
    if (result.message === 'Unauthorized')
      return refused(withoutIdentity(asked.api), "failed with 'Unauthorized'");
    return wrong(`failed: ${result.message}`);
  }
  const { value } = result;
  if (!isObject(value)) return wrong('returned no object');
  if (simple) {
    if (typeof value['isAuthorized'] !== 'boolean')
      return wrong('returned no isAuthorized that is true or false');
    return value['isAuthorized']
      ? { kind: 'granted', granted: { authorizer: ofHttp(value, asked) } }
      : refused(HTTP_FORBIDDEN, 'does not let it through');
  }
  const verdict = evaluatePolicy(value['policyDocument'], asked.arn);
  if (verdict === undefined) return wrong('returned no policyDocument that is a policy');
  if (typeof value['principalId'] !== 'string') return wrong('returned no principalId');
  if (verdict === 'denied')
    return refused(isHttp ? HTTP_FORBIDDEN : REST_DENIED_EXPLICITLY, `denies ${asked.arn}`);
  if (verdict === 'not-mentioned')
    return refused(isHttp ? HTTP_FORBIDDEN : REST_DENIED, `has no policy that allows ${asked.arn}`);
  if (isHttp) return { kind: 'granted', granted: { authorizer: ofHttp(value, asked) } };
  const context = value['context'] ?? {};
  if (!isObject(context) || Object.values(context).some((one) => typeof one === 'object' && one !== null))
    return wrong('returned a context with something else than text, numbers and truth values');
  return { kind: 'granted', granted: { authorizer: ofRest(value['principalId'], context) } };
}

/** A REST API makes text of everything that the context has. */
function ofRest(principalId: string, context: Readonly<Record<string, unknown>>): object {
  const texts = Object.entries(context).map(([name, one]) => [name, one === null ? null : String(one)]);
  return { principalId, ...Object.fromEntries(texts), integrationLatency: 0 };
}

function ofHttp(
  { context, principalId }: Readonly<Record<string, unknown>>,
  { payloadFormatVersion }: Asked,
): object {
  if (payloadFormatVersion === '2.0') return { lambda: context ?? null };
  return {
    ...(typeof principalId === 'string' && { principalId }),
    ...(isObject(context) && context),
  };
}
