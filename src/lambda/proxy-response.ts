/**
 * The part of an HTTP answer that a function describes in JSON: status, headers and cookies. A buffered answer
 * (function-url.ts) and the prelude of a streamed one (response-stream.ts) share its rules.
 */

/** Status and headers as they go to the client; `set-cookie` may appear more than once. */
export interface HttpHead {
  readonly status: number;
  readonly headers: [name: string, value: string][];
}

/** What an HTTP front cannot pass on, and why; AWS answers 502 to the client. */
export interface Unsendable {
  readonly kind: 'unsendable';
  /** A clause for the person who wrote the function: `its header 'x' …`. */
  readonly why: string;
}

export function unsendable(why: string): Unsendable {
  return { kind: 'unsendable', why };
}

/** The head that the members `statusCode`, `headers` and `cookies` describe. */
export function toHead(
  described: Readonly<Record<string, unknown>>,
  defaultContentType: string,
): HttpHead | Unsendable {
  const status = toStatus(described['statusCode']);
  if (status === undefined) {
    return unsendable(
      `its statusCode is ${show(described['statusCode'])}, and must be a number from 200 to 599`,
    );
  }
  const headers: [string, string][] = [];
  const why = addHeaders(headers, described['headers']) ?? addCookies(headers, described['cookies']);
  if (why !== undefined) return unsendable(why);
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['content-type', defaultContentType]);
  }
  return { status, headers };
}

/** A number, or digits in a string (SNAP:apigateway/test_apigateway_lambda#test_aws_proxy_response_payload_format_validation). */
function toStatus(value: unknown): number | undefined {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  // 1xx would be an interim answer: no client could ever get the rest.
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599
    ? status
    : undefined;
}

// The connection between client and front is not the function's; a length or encoding of its own would break it.
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header value cannot carry
const NOT_IN_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/;

function addHeaders(headers: [string, string][], given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) return `its headers are ${show(given)}, and must be an object of strings`;
  for (const name of Object.keys(given)) {
    const value = toValue(given[name]);
    if (value === undefined) return `its header '${name}' is ${show(given[name])}, and must be a string`;
    if (!TOKEN.test(name)) return `'${name}' is no name that a header can have`;
    if (NOT_IN_VALUE.test(value)) return `its header '${name}' holds a control character`;
    if (!OF_THE_CONNECTION.has(name.toLowerCase())) headers.push([name, asBytes(value)]);
  }
  return undefined;
}

function addCookies(headers: [string, string][], given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) return `its cookies are ${show(given)}, and must be an array of strings`;
  for (const cookie of given) {
    if (typeof cookie !== 'string') return `one of its cookies is ${show(cookie)}, and must be a string`;
    if (NOT_IN_VALUE.test(cookie)) return 'one of its cookies holds a control character';
    headers.push(['set-cookie', asBytes(cookie)]);
  }
  return undefined;
}

/** AWS turns plain values that are not strings into text. */
function toValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Node.js writes a header one byte per character: UTF-8 has to be spelt out that way. */
function asBytes(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what needs no spelling out
  return /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message: its JSON, cut short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
