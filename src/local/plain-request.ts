/**
 * The two requests that nearly all are, in the plain form in which every runtime sends them: told from their bytes
 * alone. Whatever else a request may be is left to a complete HTTP server.
 */
export type PlainRequest =
  | { readonly kind: 'next' }
  | {
      readonly kind: 'response';
      readonly requestId: string;
      /** The attempt that the runtime answers, if it says so. */
      readonly invocationId: string | undefined;
      readonly body: Buffer;
    };

const NEXT_LINE = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n';
const RESPONSE_LINE = /^POST \/2018-06-01\/runtime\/invocation\/([\w-]+)\/response HTTP\/1\.1\r\n/;
/** One header a line, none of it folded over several (RFC 9110, section 5). */
const HEADERS = /^(?:[\w!#$%&'*+.^`|~-]+:[^\r\n\0]*\r\n)+$/;
/** What gives a message another form or meaning than the plain one. */
const NOT_PLAIN =
  /^(?:transfer-encoding|connection|upgrade|expect|te|trailer|lambda-runtime-function-response-mode):/im;
const CONTENT_LENGTH = /^content-length: *(\d+) *\r$/im;
const INVOCATION_ID = /^lambda-runtime-invocation-id: *([\w-]+) *\r$/im;
/** Longer heads are no plain ones. */
const LONGEST_HEAD = 4_096;

/** Undefined unless the bytes are exactly one plain request from beginning to end. */
export function readPlainRequest(bytes: Buffer): PlainRequest | undefined {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, LONGEST_HEAD));
  const end = start.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const bodyAt = end + 4;
  const next = start.startsWith(NEXT_LINE);
  const match = next ? undefined : RESPONSE_LINE.exec(start);
  if (!next && !match) return undefined;
  const headers = start.slice(next ? NEXT_LINE.length : match![0].length, end + 2);
  if (!HEADERS.test(headers) || NOT_PLAIN.test(headers)) return undefined;
  const length = contentLength(headers);
  if (next) return length === undefined && bodyAt === bytes.length ? { kind: 'next' } : undefined;
  if (length !== bytes.length - bodyAt) return undefined;
  const invocationId = INVOCATION_ID.exec(headers)?.[1];
  return { kind: 'response', requestId: match![1]!, invocationId, body: bytes.subarray(bodyAt) };
}

/** Undefined without one; NaN for what only a complete server should judge, such as two of them. */
function contentLength(headers: string): number | undefined {
  const found = CONTENT_LENGTH.exec(headers);
  if (!found) return /^content-length:/im.test(headers) ? Number.NaN : undefined;
  const rest = headers.slice(found.index + found[0].length);
  return /^content-length:/im.test(rest) ? Number.NaN : Number(found[1]);
}
