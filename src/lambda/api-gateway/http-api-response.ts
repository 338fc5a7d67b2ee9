/** What a function returned, as an HTTP API answers with it, and what the API says on its own account. */
import { toResponse, type UrlResponse } from '../function-url-response.js';
import { isObject, show, type Unsendable, unsendable } from '../proxy-response.js';
import { message } from './message.js';
import { toProxyResponse } from './proxy-response.js';

/** As curl shows it for a status without a content type; no recording is public. A function URL says application/json. */
const DEFAULT_TYPE = 'text/plain;charset=UTF-8';

/** Payload version 2.0: a proxy response, or any JSON, which then is the body. */
export function toHttpApiResponse(payload: Uint8Array): UrlResponse | Unsendable {
  return toResponse(payload, DEFAULT_TYPE);
}

/** Payload version 1.0: only a proxy response with a status. */
export function toHttpApiResponse1(payload: Uint8Array): UrlResponse | Unsendable {
  const answer = toProxyResponse(payload, { decodes: () => true, defaultType: DEFAULT_TYPE });
  if (answer.kind === 'unsendable') return answer;
  const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  if (!isObject(value) || value['statusCode'] === undefined)
    return unsendable(`it returned ${show(value)}, which has no statusCode`);
  return answer;
}

/** The function failed, or returned what the API cannot send. */
export const HTTP_INTERNAL_ERROR = message(500, 'Internal Server Error');
/** Public reports have 503 where an integration takes longer than its time (serverless/serverless#11222). */
export const HTTP_TIMED_OUT = message(503, 'Service Unavailable');
export const HTTP_THROTTLED = message(503, 'Service Unavailable');
/** No stage or route is for this request. */
export const HTTP_NOT_FOUND = message(404, 'Not Found');
export const HTTP_UNAUTHORIZED = message(401, 'Unauthorized');
export const HTTP_FORBIDDEN = message(403, 'Forbidden');
export const HTTP_TOO_LARGE = message(413, 'Request Entity Too Large');
