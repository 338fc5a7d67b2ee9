import type { MockAnswer } from '../../lambda/api-gateway/definition.js';
import type { UrlResponse } from '../../lambda/function-url-response.js';

/** The answer of a MOCK integration, as CDK makes them for preflights. */
export function mockResponse(answer: MockAnswer, origin: string | undefined): UrlResponse {
  const allowed = origin !== undefined && answer.alsoAllowOrigins?.includes(origin);
  const headers = answer.headers.map(([name, value]): [string, string] =>
    allowed && name.toLowerCase() === 'access-control-allow-origin' ? [name, origin] : [name, value],
  );
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type'))
    headers.push(['Content-Type', 'application/json']);
  return { status: answer.status, headers, body: answer.body ?? '' };
}
