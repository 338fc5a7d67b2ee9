/**
 * What the events of all HTTP front doors share: function URLs, HTTP APIs and REST APIs read a request's path, headers,
 * query and body by the same rules.
 */

/** A request as a front door sees it. */
export interface FrontRequest {
  readonly method: string;
  /** Path and query as on the wire. */
  readonly rawUrl: string;
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly traceId: string;
  readonly nowMs: number;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  readonly requestId: string;
  /** How the client reached the front; AWS's is always https on 443. */
  readonly forwarded?: { readonly proto: string; readonly port: string };
}

export function splitUrl(rawUrl: string): { path: string; query: string } {
  // A client that takes us for a proxy sends the absolute form, `OPTIONS *` has no path at all.
  const local = escapeIllegal(rawUrl).replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?]*/, '');
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  return {
    path: path.startsWith('/') ? path : `/${path === '*' ? '' : path}`,
    query: mark < 0 ? '' : local.slice(mark + 1),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a URL can hold neither these nor anything beyond ASCII
const NOT_IN_URL = /[\x00-\x20"#<>\\^`{|}\x7f-\uffff]/g;

/** Escapes what a client should have: lambda_http panics over a URL with such a character (src/request.rs). */
function escapeIllegal(url: string): string {
  return url.replace(NOT_IN_URL, (character) => {
    // Node.js hands out one character per byte of the request line.
    const bytes = Buffer.from(character, character <= '\xff' ? 'latin1' : 'utf8');
    return `%${bytes.toString('hex').toUpperCase().match(/../g)?.join('%')}`;
  });
}

// They describe the connection to the front, which ends there.
export const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export type TextMap = Record<string, string>;

/** Lower-cased names, repeated ones joined with a comma, cookies apart, and the front's own headers added. */
export function readHeaders(request: FrontRequest): { headers: TextMap; cookies: string[] | undefined } {
  const headers = emptyMap();
  const cookies: string[] = [];
  const { rawHeaders } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = headerText(rawHeaders[i + 1] ?? '');
    if (name === 'cookie') cookies.push(...splitCookies(value));
    else if (!HOP_BY_HOP.has(name)) headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  const source = plainAddress(request.sourceIp);
  const before = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = before === undefined ? source : `${before}, ${source}`;
  headers['x-forwarded-port'] = request.forwarded?.port ?? '443';
  headers['x-forwarded-proto'] = request.forwarded?.proto ?? 'https';
  headers['x-amzn-trace-id'] = request.traceId;
  return { headers, cookies: cookies.length > 0 ? cookies : undefined };
}

function splitCookies(value: string): string[] {
  return value
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');
}

/** Decoded parameters, repeated ones joined with a comma; `undefined` when there are none. */
export function parseQuery(query: string): TextMap | undefined {
  if (query === '') return undefined;
  const parameters = emptyMap();
  let any = false;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    any = true;
    const equals = pair.indexOf('=');
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1));
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return any ? parameters : undefined;
}

export function bodyMembers(body: Uint8Array, headers: TextMap): string {
  if (body.length === 0) return '"isBase64Encoded":false';
  const text = isTextual(headers) ? utf8OrNothing(body) : undefined;
  if (text !== undefined) return `"body":${JSON.stringify(text)},"isBase64Encoded":false`;
  // Base64 needs no escaping: a large upload is not walked over once more.
  return `"body":"${bytesOf(body).toString('base64')}","isBase64Encoded":true`;
}

/** Forms, uploads and all that is compressed go as base64 (SNAP:test_lambda#test_lambda_url_form_payload). */
function isTextual(headers: TextMap): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  return isTextType(headers['content-type'] ?? '');
}

export function isTextType(contentType: string): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || /^application\/((.+\+)?(json|xml)|javascript)$/.test(type);
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8OrNothing(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Node.js hands out one character per byte; what was UTF-8 is read as such, anything else stays as it is. */
export function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what needs no decoding
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  return utf8OrNothing(Buffer.from(value, 'latin1')) ?? value;
}

export function formDecode(text: string): string {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Decodes what is a well-formed escape and leaves the rest; bytes that are not UTF-8 become U+FFFD. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** An IPv4 client on a socket for both versions shows as `::ffff:127.0.0.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
export function commonLogTime(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/**
 * Inherits nothing: a header or a parameter may be called `__proto__` or `constructor`. What `Object.create(null)`
 * makes would do, but V8 keeps that as a dictionary, which is slow to fill and to write as JSON.
 */
const TextMapObject = function TextMapObject() {} as unknown as { new (): TextMap; prototype: object };
TextMapObject.prototype = Object.create(null);

function emptyMap(): TextMap {
  return new TextMapObject();
}

function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
