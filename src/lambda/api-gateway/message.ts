import type { UrlResponse } from '../function-url-response.js';

/** What API Gateway says on its own account. */
export function message(
  status: number,
  text: string,
  headers: readonly [name: string, value: string][] = [],
): UrlResponse {
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers],
    body: JSON.stringify({ message: text }),
  };
}

/** A REST API names the kind of error in a header, too. */
export function restMessage(status: number, text: string, errorType: string): UrlResponse {
  return message(status, text, [['x-amzn-ErrorType', errorType]]);
}

/** 501 is no answer of API Gateway's: what crablet does not emulate is said, not guessed. */
export function notEmulated(why: string): UrlResponse {
  return message(501, `crablet does not emulate this: ${why}`);
}

/** A refusal of API Gateway's authorization, some of which begin with a capital letter. */
export function restRefusal(status: number, members: object, errorType: string): UrlResponse {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['x-amzn-ErrorType', errorType],
    ],
    body: JSON.stringify(members),
  };
}
