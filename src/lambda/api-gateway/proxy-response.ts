/**
 * What a function returned to a REST API, as the API answers with it. Rules:
 * SNAP:apigateway/test_apigateway_lambda#test_aws_proxy_response_payload_format_validation.
 */
import type { UrlResponse } from '../function-url-response.js';
import { isObject, show, toHead, type Unsendable, unsendable } from '../proxy-response.js';
import { restMessage } from './message.js';

const MEMBERS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

export interface ProxyRules {
  /** Whether base64 becomes bytes; where it does not, it is sent as the text it is. */
  readonly decodes: () => boolean;
  readonly defaultType: string;
}

export function toProxyResponse(payload: Uint8Array, rules: ProxyRules): UrlResponse | Unsendable {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return unsendable('it returned something that is not JSON');
  }
  if (!isObject(value))
    return unsendable(`it returned ${show(value)}, and must return an object with statusCode`);
  const stranger = Object.keys(value).find((name) => !MEMBERS.has(name));
  if (stranger !== undefined)
    return unsendable(`its answer has the member '${stranger}', which a proxy answer has not`);
  if (Object.keys(value).length === 0) return unsendable('its answer has no members at all');
  return fromDescription(value, rules);
}

function fromDescription(
  value: Readonly<Record<string, unknown>>,
  { decodes, defaultType }: ProxyRules,
): UrlResponse | Unsendable {
  const multi = value['multiValueHeaders'] ?? {};
  if (!isObject(multi))
    return unsendable(`its multiValueHeaders are ${show(multi)}, and must be an object of lists`);
  const head = toHead({ statusCode: value['statusCode'], headers: value['headers'] }, defaultType);
  if ('kind' in head) return head;
  const headers = head.headers.filter(([name]) => !(name === 'content-type' && named(multi, name)));
  for (const [name, values] of Object.entries(multi)) {
    if (!Array.isArray(values))
      return unsendable(`its multiValueHeaders '${name}' is ${show(values)}, and must be a list`);
    for (const one of values) {
      const more = toHead({ headers: { [name]: one } }, defaultType);
      if ('kind' in more) return more;
      const [added] = more.headers;
      if (added && !headers.some(([has, what]) => has === added[0] && what === added[1])) headers.push(added);
    }
  }
  const body = value['body'] ?? '';
  if (typeof body !== 'string') return unsendable(`its body is ${show(body)}, and must be a string`);
  const encoded = value['isBase64Encoded'];
  if (encoded !== undefined && encoded !== null && typeof encoded !== 'boolean')
    return unsendable(`its isBase64Encoded is ${show(encoded)}, and must be true or false`);
  const bytes = encoded === true && decodes() ? Buffer.from(body, 'base64') : body;
  return { status: head.status, headers, body: bytes };
}

function named(headers: Readonly<Record<string, unknown>>, lower: string): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === lower);
}

/** The function failed or timed out, or returned what cannot be sent. */
export const REST_BAD_GATEWAY = restMessage(502, 'Internal server error', 'InternalServerErrorException');
/** The integration took longer than its time. */
export const REST_TIMED_OUT = restMessage(504, 'Endpoint request timed out', 'InternalServerErrorException');
/** The function was throttled (recorded: repost.aws/questions/QUL-z6rJbmR4meafB7MzYXxw). */
export const REST_THROTTLED = restMessage(500, 'Internal server error', 'InternalServerErrorException');
/** No resource with this method; a stage that is not there is answered with another word. */
export const REST_NO_METHOD = restMessage(
  403,
  'Missing Authentication Token',
  'MissingAuthenticationTokenException',
);
export const REST_FORBIDDEN = restMessage(403, 'Forbidden', 'ForbiddenException');
export const REST_UNAUTHORIZED = restMessage(401, 'Unauthorized', 'UnauthorizedException');
export const REST_TOO_LARGE = restMessage(413, 'Request Too Long', 'RequestTooLargeException');
