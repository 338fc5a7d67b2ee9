/**
 * A function's response as a Function URL sends it in BUFFERED mode (SNAP:test_lambda#test_lambda_url_invocation),
 * and what the URL says on its own account.
 */
import { type HttpHead, isObject, show, toHead, type Unsendable, unsendable } from './proxy-response.js';
import { requestTooLarge, type ThrottleReason, throttled } from './wire-errors.js';

export interface UrlResponse extends HttpHead {
  readonly body: Uint8Array | string;
  /** Absent here, so that `kind` tells a response from what cannot be sent. */
  readonly kind?: undefined;
}

const JSON_TYPE = 'application/json';

/**
 * Never throws. `unsendable` means AWS's `BAD_GATEWAY` to the client and `why` to whoever wrote the function.
 * @param describedType the content type of a description that has none
 */
export function toResponse(payload: Uint8Array, describedType = JSON_TYPE): UrlResponse | Unsendable {
  if (payload.length === 0) return ok('');
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return unsendable('it returned something that is not JSON');
  }
  if (isObject(value) && Object.hasOwn(value, 'statusCode')) return fromDescription(value, describedType);
  // A string goes without its quotes, everything else as its JSON text without spaces.
  return ok(typeof value === 'string' ? value : withoutSpaces(bytes));
}

function ok(body: Uint8Array | string): UrlResponse {
  return { status: 200, headers: [['content-type', JSON_TYPE]], body };
}

function fromDescription(described: Record<string, unknown>, defaultType: string): UrlResponse | Unsendable {
  const head = toHead(described, defaultType);
  if ('kind' in head) return head;
  const body = described['body'] ?? '';
  if (typeof body !== 'string') return unsendable(`its body is ${show(body)}, and must be a string`);
  if (described['isBase64Encoded'] !== true) return { ...head, body };
  const decoded = Buffer.from(body, 'base64');
  if (decoded.length !== base64Length(body)) {
    return unsendable('it says that its body is base64 (isBase64Encoded), and the body is not');
  }
  return { ...head, body: decoded };
}

/** How many bytes this much base64 stands for; differs from what was decoded when a character was foreign. */
function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The same JSON without white space between its tokens. Works on the text: numbers keep all of their digits. */
function withoutSpaces(json: Buffer): Buffer {
  let kept: Buffer | undefined;
  let length = 0;
  let inString = false;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i] as number;
    if (!inString && (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))) {
      // What serde writes has no spaces and is passed on as it is; the copy starts with the first one.
      kept ??= Buffer.from(json);
      continue;
    }
    if (byte === QUOTE) inString = !inString;
    if (kept) kept[length] = byte;
    length += 1;
    if (inString && byte === BACKSLASH) {
      i += 1;
      if (kept) kept[length] = json[i] as number;
      length += 1;
    }
  }
  return kept ? kept.subarray(0, length) : json;
}

/**
 * The function failed, or returned what a URL cannot send (SNAP:test_lambda#test_lambda_url_invocation_exception); also
 * when it took longer than its timeout: public sources leave open whether AWS says 502 or 504 to that.
 */
export const BAD_GATEWAY: UrlResponse = plain(502, 'Internal Server Error');

function plain(status: number, body: string): UrlResponse {
  return { status, headers: [['content-type', JSON_TYPE]], body };
}

function refusal(status: number, errorType: string, body: string): UrlResponse {
  return {
    status,
    headers: [
      ['content-type', JSON_TYPE],
      ['x-amzn-ErrorType', errorType],
    ],
    body,
  };
}

/** There is no such URL (SNAP:test_lambda#test_lambda_url_persists_after_alias_delete). */
export function unknownUrl(): UrlResponse {
  return refusal(403, 'AccessDeniedException', '{"Message":null}');
}

/** The caller may not invoke it (SNAP:test_lambda#test_lambda_permission_url_invocation). */
export function forbidden(): UrlResponse {
  const Message =
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';
  return refusal(403, 'AccessDeniedException', JSON.stringify({ Message }));
}

/** 429; the body is that of the Invoke API, by analogy. */
export function tooManyRequests(reason: ThrottleReason = 'ConcurrentInvocationLimitExceeded'): UrlResponse {
  const { status, type, body } = throttled(reason);
  return refusal(status, type, body);
}

/** 413: the event that the request makes would be over 6 MB, in words that are recorded for URLs too. */
export function contentTooLarge(): UrlResponse {
  const { status, type, body } = requestTooLarge();
  return refusal(status, type, body);
}
