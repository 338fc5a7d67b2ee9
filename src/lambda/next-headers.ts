/** The headers with which `GET /2018-06-01/runtime/invocation/next` hands out an event. */

export interface InvocationFacts {
  readonly requestId: string;
  /** Unique for each attempt; the runtime echoes it, so a late answer is told from a current one. */
  readonly invocationId: string;
  /** Milliseconds since 1970 at which the function's time is over. */
  readonly deadlineMs: number;
  /** As invoked: with a qualifier only when one was given. */
  readonly arn: string;
  readonly traceId: string;
  /** JSON, already decoded. */
  readonly clientContext?: string | undefined;
  /** JSON: `{"cognitoIdentityId":…,"cognitoIdentityPoolId":…}`. */
  readonly cognitoIdentity?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly contentType?: string | undefined;
}

/**
 * Names and values alternate, as `response.writeHead(200, …)` takes them; an empty value leaves its header out
 * (RIE: internal/lambda/rapi/rendering/rendering.go, renderInvokeHeaders).
 */
export function nextHeaders(invocation: InvocationFacts): string[] {
  const headers = [
    'Content-Type',
    invocation.contentType || 'application/json',
    'Lambda-Runtime-Aws-Request-Id',
    invocation.requestId,
    'Lambda-Runtime-Deadline-Ms',
    String(invocation.deadlineMs),
  ];
  if (invocation.arn) headers.push('Lambda-Runtime-Invoked-Function-Arn', invocation.arn);
  if (invocation.traceId) headers.push('Lambda-Runtime-Trace-Id', invocation.traceId);
  if (invocation.invocationId) headers.push('Lambda-Runtime-Invocation-Id', invocation.invocationId);
  if (invocation.clientContext) {
    headers.push('Lambda-Runtime-Client-Context', asHeaderValue(invocation.clientContext));
  }
  if (invocation.cognitoIdentity) {
    headers.push('Lambda-Runtime-Cognito-Identity', asHeaderValue(invocation.cognitoIdentity));
  }
  if (invocation.tenantId) headers.push('Lambda-Runtime-Aws-Tenant-Id', asHeaderValue(invocation.tenantId));
  return headers;
}

// A header travels as bytes and Node.js writes one byte per character: UTF-8 has to be spelt out that way.
// A line break can only be white space between JSON tokens here, and Go, which AWS uses, sends a blank for it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header cannot carry
const NOT_IN_HEADER = /[\x00-\x08\x0a-\x1f\x7f]/g;

function asHeaderValue(text: string): string {
  return Buffer.from(text.replace(NOT_IN_HEADER, ' '), 'utf8').toString('latin1');
}
