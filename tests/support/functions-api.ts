import type { LocalLambda } from '../../src/local/local-lambda.js';
import { http } from './http.js';

export interface ApiAnswer {
  readonly status: number;
  /** The name of the exception, when it is one. */
  readonly type: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by tests, member by member
  readonly body: any;
}

const ROLE = 'arn:aws:iam::123456789012:role/any';

/** One request to the control plane, and what it says. */
export async function api(
  service: Pick<LocalLambda, 'url'>,
  method: string,
  path: string,
  body?: object | string,
): Promise<ApiAnswer> {
  const sent = typeof body === 'string' ? body : body && JSON.stringify(body);
  const answer = await http(`${service.url}${path}`, {
    method,
    ...(sent !== undefined && { body: sent, headers: { 'Content-Type': 'application/json' } }),
  });
  return {
    status: answer.status,
    type: answer.headers['x-amzn-errortype'] as string | undefined,
    body: answer.text === '' ? undefined : JSON.parse(answer.text),
  };
}

export const FUNCTIONS = '/2015-03-31/functions';

/** Creates a function of a zip. */
export function create(
  service: Pick<LocalLambda, 'url'>,
  name: string,
  zip: Buffer,
  more: object = {},
): Promise<ApiAnswer> {
  const input = {
    FunctionName: name,
    Runtime: 'provided.al2023',
    Handler: 'bootstrap',
    Role: ROLE,
    Code: { ZipFile: zip.toString('base64') },
    ...more,
  };
  return api(service, 'POST', FUNCTIONS, input);
}
