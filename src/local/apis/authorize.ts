import { headerOf } from '../../http/header.js';
import type { HttpRequest } from '../../http/message.js';
import { type Authorization, withoutIdentity } from '../../lambda/api-gateway/authorizer-answer.js';
import { requestArn, toAuthorizerEvent } from '../../lambda/api-gateway/authorizer-event.js';
import type { Authorizer, FunctionAuthorizer, JwtAuthorizer } from '../../lambda/api-gateway/definition.js';
import { HTTP_FORBIDDEN, HTTP_INTERNAL_ERROR } from '../../lambda/api-gateway/http-api-response.js';
import { identityOf } from '../../lambda/api-gateway/identity-source.js';
import { grantJwt, readJwt, refuseClaims, unauthorizedJwt } from '../../lambda/api-gateway/jwt.js';
import { notEmulated } from '../../lambda/api-gateway/message.js';
import { REST_NO_METHOD } from '../../lambda/api-gateway/proxy-response.js';
import type { FrontRequest } from '../../lambda/http-event.js';
import type { Functions } from '../functions.js';
import { authorize } from '../url-auth.js';
import { askFunction } from './function-authorizer.js';
import type { Routed } from './locate.js';

/** A request that waits to be let through. */
export interface Knock {
  readonly request: HttpRequest;
  readonly front: FrontRequest;
  readonly located: Routed;
}

/** Asks the authorizer of a route or method about a request. */
export async function authorizeApi(
  functions: Functions,
  authorizer: Authorizer,
  knock: Knock,
): Promise<Authorization> {
  switch (authorizer.kind) {
    case 'function':
      return byFunction(functions, authorizer, knock);
    case 'jwt':
      return byJwt(functions, authorizer, knock);
    case 'iam':
      return byKey(functions, knock);
    case 'not-emulated':
      return { kind: 'refused', answer: notEmulated(authorizer.why), why: authorizer.why };
    default:
      return authorizer satisfies never;
  }
}

async function byFunction(
  functions: Functions,
  authorizer: FunctionAuthorizer,
  knock: Knock,
): Promise<Authorization> {
  const { front, located } = knock;
  const { target, version1, version2, stage, path, stageVariables, payloadFormatVersion } = located;
  const { accountId } = functions.home;
  const api = target.api.kind;
  if (!functions.find(authorizer.function)) {
    const why = `the function of its authorizer, '${authorizer.function}', is not served here`;
    return { kind: 'refused', answer: notEmulated(why), why };
  }
  const events = {
    version1: () => version1(front, accountId, {}),
    version2: () => version2(front, accountId, {}),
  };
  const identity = identityIn(knock, authorizer.identitySources, events, stageVariables);
  const { validation } = authorizer;
  if (!identity || (validation !== undefined && !matches(validation, identity[0] ?? ''))) {
    const why = identity ? `does not match ${validation}` : 'is missing';
    return {
      kind: 'refused',
      answer: withoutIdentity(api),
      why: `its identity (${authorizer.identitySources.map(({ from, name }) => `${from} ${name}`).join(', ')}) ${why}`,
    };
  }
  const arn = requestArn({
    region: functions.serving.urlKeys.region,
    accountId,
    apiId: target.api.id,
    stage,
    method: front.method,
    path,
  });
  return askFunction(
    functions,
    authorizer,
    identity,
    () => toAuthorizerEvent(authorizer.sends, { arn, identity, api, ...events }),
    { api, arn, payloadFormatVersion },
  );
}

/** AWS matches from the beginning of the token, as Java's `matches` does to its end. */
function matches(expression: string, token: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`).test(token);
  } catch {
    return false;
  }
}

function identityIn(
  { request, front }: Knock,
  sources: FunctionAuthorizer['identitySources'],
  events: { readonly version1: () => string },
  stageVariables: Readonly<Record<string, string>>,
): string[] | undefined {
  const needsContext = sources.some(({ from }) => from === 'context');
  return identityOf(sources, {
    rawUrl: front.rawUrl,
    header: (name) => headerOf(request, name),
    stageVariables,
    context: needsContext ? (JSON.parse(events.version1()) as { requestContext: object }).requestContext : {},
  });
}

async function byJwt(functions: Functions, authorizer: JwtAuthorizer, knock: Knock): Promise<Authorization> {
  const { version1, stageVariables, payloadFormatVersion } = knock.located;
  const events = { version1: () => version1(knock.front, functions.home.accountId, {}) };
  const [token] = identityIn(knock, [authorizer.identitySource], events, stageVariables) ?? [];
  if (token === undefined)
    return { kind: 'refused', answer: unauthorizedJwt(undefined, false), why: 'it has no token' };
  const jwt = readJwt(token);
  try {
    const fault =
      'kind' in jwt
        ? jwt
        : ((await functions.apis.keys.refuse(authorizer.issuer, jwt)) ??
          refuseClaims(authorizer, jwt.claims, Date.now()));
    if (!fault && !('kind' in jwt)) return grantJwt(authorizer, jwt.claims, payloadFormatVersion);
    return { kind: 'refused', answer: unauthorizedJwt(fault?.description), why: `its token: ${fault?.why}` };
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return {
      kind: 'refused',
      answer: HTTP_INTERNAL_ERROR,
      why: `the issuer ${authorizer.issuer} cannot be asked for its keys (${why})`,
    };
  }
}

async function byKey(functions: Functions, { request, front, located }: Knock): Promise<Authorization> {
  const isHttp = located.target.api.kind === 'http';
  const result = await authorize(request, Buffer.from(front.body), functions.serving.urlKeys, 'execute-api');
  if (result.kind === 'refused') {
    const signed = /AWS4-HMAC-SHA256/.test(`${headerOf(request, 'authorization')} ${request.url}`);
    // An HTTP API says only that it does not want to; a REST API says what of a signature is wrong.
    const answer = isHttp ? HTTP_FORBIDDEN : signed ? result.answer : REST_NO_METHOD;
    return {
      kind: 'refused',
      answer,
      why: `${result.why}. Sign requests with a key that is accepted (--accept-key ID:SECRET)`,
    };
  }
  const { caller } = result;
  if (isHttp && located.payloadFormatVersion === '2.0')
    return { kind: 'granted', granted: { authorizer: { iam: caller } } };
  const { accessKey, accountId, callerId, userArn, userId } = caller;
  return {
    kind: 'granted',
    granted: { identity: { accessKey, accountId, caller: callerId, user: userId, userArn } },
  };
}
