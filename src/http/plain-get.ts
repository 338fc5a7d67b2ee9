import type { IncomingHttpHeaders } from 'node:http';

/** A request without a body, told from its bytes alone. */
export interface PlainGet {
  /** Path and query as they were sent. */
  readonly url: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: string[];
  /** By lower-cased name; none of them was sent twice. */
  readonly headers: IncomingHttpHeaders;
}

const GET_LINE = /^GET (\/[!-~]*) HTTP\/1\.1\r\n/;
/** One header a line, none of it folded over several, no control characters (RFC 9110, section 5). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header cannot hold
const HEADERS = /^(?:[\w!#$%&'*+.^`|~-]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)+$/;
/** White space around a value is not part of it; `trim` would also take a no-break space. */
const AROUND = /^[ \t]+|[ \t]+$/g;
/** What gives a message another form or meaning than the plain one. */
const NOT_PLAIN = /^(?:content-length|transfer-encoding|connection|upgrade|expect|te|trailer):/im;
/** Longer heads are no plain ones. */
const LONGEST_HEAD = 8_192;

/** Undefined unless the bytes are exactly one plain GET request from beginning to end. */
export function readPlainGet(bytes: Buffer): PlainGet | undefined {
  if (bytes.length > LONGEST_HEAD || bytes.length < 4) return undefined;
  const head = bytes.toString('latin1');
  if (head.indexOf('\r\n\r\n') !== head.length - 4) return undefined;
  const line = GET_LINE.exec(head);
  if (!line) return undefined;
  const lines = head.slice(line[0].length, -2);
  if (!HEADERS.test(lines) || NOT_PLAIN.test(lines)) return undefined;
  const rawHeaders: string[] = [];
  const headers: IncomingHttpHeaders = {};
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\r\n', at);
    const colon = lines.indexOf(':', at);
    const sent = lines.slice(at, colon);
    const name = sent.toLowerCase();
    // How repeated ones count is for the complete server to say; a name like __proto__ is already there, too.
    if (name in headers) return undefined;
    const value = lines.slice(colon + 1, end).replace(AROUND, '');
    rawHeaders.push(sent, value);
    headers[name] = value;
    at = end + 2;
  }
  return headers.host === undefined ? undefined : { url: line[1]!, rawHeaders, headers };
}
