/**
 * Cross-origin requests to a Function URL whose CORS is configured, as AWS answers them. Recorded in 2024: a preflight
 * and two answers (github.com/rimutaka/lambda-debugger-runtime-emulator, "AWS Lambda Function URL with CORS explained
 * by example"; tests/golden/function-url-cors.json); what both layers say is said twice (developer guide,
 * urls-configuration).
 */
import type { UrlResponse } from './function-url-response.js';

/** The members of AWS's `Cors` in the spelling of JavaScript (botocore, Cors). */
export interface Cors {
  readonly allowOrigins?: readonly string[] | undefined;
  readonly allowMethods?: readonly string[] | undefined;
  readonly allowHeaders?: readonly string[] | undefined;
  readonly exposeHeaders?: readonly string[] | undefined;
  readonly allowCredentials?: boolean | undefined;
  /** For how many seconds a browser may remember the answer to its preflight. */
  readonly maxAge?: number | undefined;
}

/** A browser's question before the request it wants to make. */
export interface Preflight {
  readonly origin: string;
  readonly method: string;
  /** The value of `Access-Control-Request-Headers`. */
  readonly headers?: string | undefined;
}

export type Header = [name: string, value: string];

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The preflight that a request is, if it is one: an OPTIONS without these headers is the function's to answer. */
export function preflightOf(method: string | undefined, headers: Headers): Preflight | undefined {
  if (method !== 'OPTIONS') return undefined;
  const { origin, 'access-control-request-method': asked, 'access-control-request-headers': names } = headers;
  if (typeof origin !== 'string' || typeof asked !== 'string') return undefined;
  return { origin, method: asked, headers: typeof names === 'string' ? names : undefined };
}

/** AWS answers a preflight itself, whether or not it allows what was asked: to compare is the browser's part. */
export function preflightResponse(cors: Cors, asked: Preflight): UrlResponse {
  const headers: Header[] = [
    ['Content-Type', 'application/json'],
    ['Vary', 'Origin'],
  ];
  if (!allows(cors, asked.origin)) return { status: 200, headers, body: '' };
  headers.push(['Access-Control-Allow-Origin', asked.origin]);
  add(headers, 'Access-Control-Allow-Headers', listed(cors.allowHeaders, asked.headers));
  add(headers, 'Access-Control-Allow-Methods', listed(cors.allowMethods, asked.method));
  if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
  if (cors.maxAge !== undefined) headers.push(['Access-Control-Max-Age', String(cors.maxAge)]);
  return { status: 200, headers, body: '' };
}

/** What a URL adds to every other answer. A function that says the same makes it invalid: see `saidTwice`. */
export function corsHeaders(cors: Cors, origin: string | undefined): Header[] {
  const headers: Header[] = [['Vary', 'Origin']];
  if (origin === undefined || !allows(cors, origin)) return headers;
  headers.push(['Access-Control-Allow-Origin', origin]);
  add(headers, 'Access-Control-Expose-Headers', listed(cors.exposeHeaders, undefined));
  if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
  return headers;
}

/** The header that function and URL both send, if any: browsers refuse an answer with two of it. */
export function saidTwice(own: readonly Header[], added: readonly Header[]): string | undefined {
  const lower = added
    .map(([name]) => name.toLowerCase())
    .filter((name) => name.startsWith('access-control-'));
  return own.map(([name]) => name.toLowerCase()).find((name) => lower.includes(name));
}

function allows({ allowOrigins }: Cors, origin: string): boolean {
  return allowOrigins?.some((one) => one === '*' || one === origin) ?? false;
}

/** `*` becomes what was asked for, as it does for origins: with credentials browsers take no asterisk. */
function listed(configured: readonly string[] | undefined, asked: string | undefined): string | undefined {
  if (!configured || configured.length === 0) return undefined;
  return configured.includes('*') ? (asked ?? '*') : configured.join(',');
}

function add(headers: Header[], name: string, value: string | undefined): void {
  if (value !== undefined) headers.push([name, value]);
}
