/**
 * Streamed responses. A runtime that sends `application/vnd.awslambda.http-integration-response` starts its body
 * with a prelude, JSON with status, headers and cookies, then eight NUL bytes, then the bytes for the client
 * (lambda_runtime: src/requests.rs). The Invoke API passes all of it on, a Function URL takes the prelude off.
 */
import { type HttpHead, isObject, toHead } from './proxy-response.js';

export const HTTP_INTEGRATION_TYPE = 'application/vnd.awslambda.http-integration-response';

/** What a streamed body is when nobody says (lambda_runtime: src/requests.rs). */
export const DEFAULT_STREAM_TYPE = 'application/octet-stream';

/** More than any HTTP client takes as a head; a body without separator must not be collected for ever. */
export const MAX_PRELUDE_BYTES = 262_144;

const SEPARATOR_LENGTH = 8;

export type HttpPrelude = HttpHead;

export interface SplitPrelude {
  readonly kind: 'prelude';
  readonly prelude: HttpPrelude;
  /** What of the body came with the last chunk; the chunks after it are all body. */
  readonly rest: Uint8Array;
}

export interface InvalidPrelude {
  readonly kind: 'invalid';
  readonly why: string;
}

/** Feed it chunks until it answers something other than `need-more`; then it is done. */
export class PreludeSplitter {
  private chunks: Uint8Array[] = [];
  private length = 0;
  /** Where the first NUL is. JSON cannot hold one, so it starts the separator. */
  private firstNul = -1;

  push(chunk: Uint8Array): SplitPrelude | 'need-more' | InvalidPrelude {
    if (this.firstNul < 0) {
      const nul = chunk.indexOf(0);
      if (nul >= 0) this.firstNul = this.length + nul;
    }
    this.chunks.push(chunk);
    this.length += chunk.length;
    if ((this.firstNul < 0 ? this.length : this.firstNul) > MAX_PRELUDE_BYTES) {
      return invalid(`its prelude is longer than ${MAX_PRELUDE_BYTES} bytes`);
    }
    if (this.firstNul < 0 || this.length < this.firstNul + SEPARATOR_LENGTH) return 'need-more';
    return this.split();
  }

  /** The stream ended while more was needed. */
  end(): InvalidPrelude {
    return invalid('its stream ended before the eight NUL bytes that end the prelude');
  }

  private split(): SplitPrelude | InvalidPrelude {
    const [only] = this.chunks;
    const all = this.chunks.length === 1 && only ? only : Buffer.concat(this.chunks, this.length);
    this.chunks = [];
    const start = this.firstNul + SEPARATOR_LENGTH;
    for (let i = this.firstNul; i < start; i += 1) {
      if (all[i] !== 0) return invalid('its prelude is not followed by eight NUL bytes');
    }
    const prelude = parsePrelude(all.subarray(0, this.firstNul));
    if ('kind' in prelude) return prelude;
    return { kind: 'prelude', prelude, rest: all.subarray(start) };
  }
}

function parsePrelude(bytes: Uint8Array): HttpPrelude | InvalidPrelude {
  let described: unknown;
  try {
    described = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return invalid('its prelude is not JSON');
  }
  if (!isObject(described)) return invalid('its prelude is not a JSON object');
  const head = toHead(described, DEFAULT_STREAM_TYPE);
  return 'kind' in head ? invalid(head.why) : head;
}

function invalid(why: string): InvalidPrelude {
  return { kind: 'invalid', why };
}

export interface StreamErrorText {
  readonly errorType: string;
  /** What the function's error says. */
  readonly message: string;
}

const TRAILER =
  /Lambda-Runtime-Function-Error-Type: ([\w.]{1,128})\r\nLambda-Runtime-Function-Error-Body: ([A-Za-z0-9+/]*={0,2})\r\n$/;

/**
 * The error that the Rust runtime writes into the body, as its last chunk, when a handler's stream breaks off
 * (lambda_runtime: src/types.rs, to_tailer). `tail` is the end of the body. AWS cannot tell it from content and
 * delivers it, so this is for a hint to the function's author and must not change the response.
 */
export function parseErrorTrailer(tail: Uint8Array): StreamErrorText | undefined {
  // The last byte decides for nearly every chunk.
  if (tail.at(-1) !== 0x0a) return undefined;
  const text = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString('latin1');
  const match = TRAILER.exec(text);
  if (match === null) return undefined;
  return { errorType: match[1] ?? '', message: Buffer.from(match[2] ?? '', 'base64').toString('utf8') };
}
