import { notEmulated } from '../../lambda/api-gateway/message.js';
import type { UrlResponse } from '../../lambda/function-url-response.js';
import type { FrontRequest } from '../../lambda/http-event.js';
import type { Functions } from '../functions.js';
import type { ApiRequest } from './apis.js';
import type { Located } from './locate.js';

export type Outcome = { readonly refused: UrlResponse } | { readonly context: object | undefined };

/** Asks a route's authorizer whether the request may pass. */
export function authorize(
  _functions: Functions,
  _target: ApiRequest,
  located: Extract<Located, { kind: 'routed' }>,
  _request: FrontRequest,
  done: (outcome: Outcome) => void,
): void {
  const { authorizer } = located;
  done({ refused: notEmulated(authorizer?.kind === 'not-emulated' ? authorizer.why : 'its authorizer') });
}
