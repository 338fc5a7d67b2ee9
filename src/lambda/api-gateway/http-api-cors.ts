/**
 * Cross-origin requests to an HTTP API whose CORS is configured (API Gateway developer guide, "Configure CORS for HTTP
 * APIs"): the API answers preflights itself, whatever routes there are, and what it says takes the place of what the
 * function says.
 */
import { type Cors, corsHeaders, type Header, type Preflight } from '../cors.js';
import type { UrlResponse } from '../function-url-response.js';

/** 204 without a body. Nothing of CORS is said to an origin that is not allowed. */
export function httpPreflightResponse(cors: Cors, { origin }: Preflight): UrlResponse {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return { status: 204, headers: [], body: '' };
  const headers: Header[] = [['access-control-allow-origin', allowed]];
  add(headers, 'access-control-allow-headers', cors.allowHeaders);
  add(headers, 'access-control-allow-methods', cors.allowMethods);
  add(headers, 'access-control-expose-headers', cors.exposeHeaders);
  if (cors.allowCredentials) headers.push(['access-control-allow-credentials', 'true']);
  if (cors.maxAge !== undefined) headers.push(['access-control-max-age', String(cors.maxAge)]);
  return { status: 204, headers, body: '' };
}

/** What is added to every other answer. */
export function httpCorsHeaders(cors: Cors, origin: string | undefined): Header[] {
  if (origin === undefined) return [];
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return [];
  return [
    ['access-control-allow-origin', allowed],
    ...corsHeaders({ ...cors, allowOrigins: [origin] }, origin).filter(
      ([name]) => !/^(vary|access-control-allow-origin)$/i.test(name),
    ),
  ];
}

/** `https://*` and `http://*` stand for every origin of that scheme. */
function allowedOrigin({ allowOrigins = [], allowCredentials }: Cors, origin: string): string | undefined {
  if (allowOrigins.includes('*')) return allowCredentials ? origin : '*';
  const fits = allowOrigins.some(
    (one) =>
      one.toLowerCase() === origin.toLowerCase() ||
      (/^https?:\/\/\*$/.test(one) && origin.startsWith(one.slice(0, -1))),
  );
  return fits ? origin : undefined;
}

function add(headers: Header[], name: string, values: readonly string[] | undefined): void {
  if (values && values.length > 0) headers.push([name, values.join(',')]);
}
