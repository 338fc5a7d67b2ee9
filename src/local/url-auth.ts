import { headerOf } from '../http/header.js';
import type { HttpRequest } from '../http/message.js';
import type { Credentials } from '../lambda/environment-variables.js';
import { forbidden, type UrlResponse } from '../lambda/function-url.js';
import {
  type IamCaller,
  iamCaller,
  readSignature,
  refuseSignature,
  type SignatureFault,
  unknownKey,
} from '../lambda/signature.js';

/** Whose signatures the URLs of this service take. */
export interface UrlKeys {
  readonly region: string;
  readonly accountId: string;
  accepted(): Promise<readonly Credentials[]>;
}

export type Authorized =
  | { readonly kind: 'caller'; readonly caller: IamCaller }
  /** `why` is for the person at the terminal: AWS's answer tells little. */
  | { readonly kind: 'refused'; readonly answer: UrlResponse; readonly why: string };

/** Checks the signature of a request to a URL whose auth type is AWS_IAM, or to an API. */
export async function authorize(
  request: HttpRequest,
  body: Buffer,
  keys: UrlKeys,
  service: 'lambda' | 'execute-api' = 'lambda',
): Promise<Authorized> {
  const url = request.url ?? '/';
  const question = url.indexOf('?');
  const query = new URLSearchParams(question === -1 ? '' : url.slice(question + 1));
  const claimed = readSignature({ header: (name) => headerOf(request, name), query });
  if (claimed === undefined) return { kind: 'refused', answer: forbidden(), why: 'it is not signed' };
  if (claimed.kind === 'fault') return refused(claimed);
  const fault = refuseSignature(claimed, { region: keys.region, service, nowMs: Date.now() });
  if (fault) return refused(fault);
  const key = (await keys.accepted()).find(({ accessKeyId }) => accessKeyId === claimed.accessKeyId);
  if (!key) return refused(unknownKey(), `no accepted key is ${claimed.accessKeyId}`);
  if ((key.sessionToken ?? '') !== (claimed.sessionToken ?? '')) {
    return refused(unknownKey(), `it has ${claimed.sessionToken ? 'another' : 'no'} session token`);
  }
  // What computes signatures is loaded when a URL first needs it.
  const { checkSignature } = await import('./url-signature.js');
  const wrong = await checkSignature(
    claimed,
    { method: request.method ?? 'GET', url, headers: request.headers, body },
    key,
  );
  if (wrong) return refused(wrong);
  const { accessKeyId, sessionToken } = key;
  return { kind: 'caller', caller: iamCaller(accessKeyId, !!sessionToken, keys.accountId) };
}

function refused({ answer }: SignatureFault, why?: string): Authorized {
  return { kind: 'refused', answer, why: why ?? String(JSON.parse(String(answer.body)).message) };
}
