/**
 * What a JWT authorizer of an HTTP API looks at (API Gateway developer guide, "Control access to HTTP APIs with JWT
 * authorizers", "Authorizing API requests"). Whether the signature is right is local/apis/jwt-keys.ts's to compute.
 */
import type { UrlResponse } from '../function-url-response.js';
import { isObject } from '../proxy-response.js';
import type { Authorization } from './authorizer-answer.js';
import type { JwtAuthorizer } from './definition.js';
import { HTTP_FORBIDDEN, HTTP_UNAUTHORIZED } from './http-api-response.js';

export interface Jwt {
  readonly algorithm: RsaAlgorithm;
  readonly keyId: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is signed, and the signature. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** API Gateway takes only algorithms of RSA (the same page). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'] as const;
export type RsaAlgorithm = (typeof ALGORITHMS)[number];

export interface JwtFault {
  readonly kind: 'fault';
  /** AWS's words, where they are known. */
  readonly description?: string | undefined;
  readonly why: string;
}

/** Takes a token apart; `Bearer` before it is not asked for. */
export function readJwt(text: string): Jwt | JwtFault {
  const token = text.replace(/^Bearer\s+/i, '').trim();
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3)
    return fault('it is no token of three parts', 'token contains an invalid number of segments');
  const header = jsonOf(head);
  const claims = jsonOf(body);
  if (!header || !claims) return fault('its parts are not JSON in base64url');
  const algorithm = ALGORITHMS.find((one) => one === header['alg']);
  if (!algorithm)
    return fault(`it is signed with ${String(header['alg'])}; only ${ALGORITHMS.join(', ')} are taken`);
  return {
    algorithm,
    keyId: typeof header['kid'] === 'string' ? header['kid'] : undefined,
    claims,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** What of the claims cannot hold; the scopes are asked last, as a token without them is a good one for another route. */
export function refuseClaims(
  { issuer, audiences }: JwtAuthorizer,
  claims: Jwt['claims'],
  nowMs: number,
): JwtFault | undefined {
  const now = nowMs / 1000;
  if (claims['iss'] !== issuer) return fault(`its issuer is ${String(claims['iss'])}, and not ${issuer}`);
  // client_id counts only where there is no aud.
  const meant = listOf(claims['aud'] ?? claims['client_id']);
  if (!meant.some((one) => audiences.includes(String(one)))) {
    const are = meant.length === 0 ? 'none' : meant.join(', ');
    return fault(
      `its audience is ${are}, and not one of ${audiences.join(', ')}`,
      'the token does not have a valid audience',
    );
  }
  const { exp, nbf, iat } = claims;
  if (typeof exp !== 'number' || exp <= now) return fault('it has expired', 'the token has expired');
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now))
    return fault('it does not hold yet (nbf)');
  if (iat !== undefined && !(typeof iat === 'number' && iat <= now))
    return fault('it was issued later (iat)');
  return undefined;
}

/** Lets a checked token through, if it has one of the route's scopes. */
export function grantJwt(
  { scopes }: JwtAuthorizer,
  claims: Jwt['claims'],
  version: '1.0' | '2.0',
): Authorization {
  const has =
    typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : listOf(claims['scp']).map(String);
  const held = scopes.filter((one) => has.includes(one));
  if (scopes.length > 0 && held.length === 0) {
    return {
      kind: 'refused',
      answer: HTTP_FORBIDDEN,
      why: `the token's scopes are ${has.join(' ') || 'none'}, and none is of ${scopes.join(', ')}`,
    };
  }
  const told = { claims: texts(claims), scopes: held.length > 0 ? held : null };
  return { kind: 'granted', granted: { authorizer: version === '2.0' ? { jwt: told } : told } };
}

/** The answer to a token that is none; recorded in the developer guide, "Troubleshooting issues with HTTP API JWT authorizers". */
export function unauthorizedJwt(description?: string | undefined, challenge = true): UrlResponse {
  const said = description === undefined ? '' : ` error_description="${description}"`;
  return {
    ...HTTP_UNAUTHORIZED,
    headers: [
      ...HTTP_UNAUTHORIZED.headers,
      ['www-authenticate', challenge ? `Bearer scope="" error="invalid_token"${said}` : 'Bearer'],
    ],
  };
}

export function fault(why: string, description?: string): JwtFault {
  return { kind: 'fault', why, description };
}

/** Claims travel as text: lists in brackets (events/apigw-v2-request-jwt-authorizer.json). */
function texts(claims: Jwt['claims']): Record<string, string> {
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(text).join(' ')}]`
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function jsonOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
