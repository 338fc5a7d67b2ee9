/**
 * A request as the event of payload version 1.0: what a REST API sends (SNAP:apigateway/test_apigateway_lambda#
 * test_lambda_aws_proxy_integration, tests/golden/api-gateway-rest.json), and an HTTP API whose integration asks for it.
 */
import {
  commonLogTime,
  type FrontRequest,
  formDecode,
  HOP_BY_HOP,
  headerText,
  plainAddress,
  splitUrl,
} from '../http-event.js';
import type { ApiContext } from './http-api-event.js';

export interface ProxyContext extends ApiContext {
  /** REST: of the resource; HTTP: absent, and the event says `version: "1.0"`. */
  readonly resourceId?: string | undefined;
  /** `/items/{id}`; for an HTTP API the route key. */
  readonly resourcePath: string;
  /** The path without the stage. */
  readonly path: string;
  readonly deploymentId?: string | undefined;
  readonly extendedRequestId: string;
  /** Whether a body of this content type goes as base64. */
  readonly isBinary: (contentType: string) => boolean;
}

type Multi = Record<string, string[]>;

export function toProxyEvent(request: FrontRequest, context: ProxyContext): string {
  const { path: rawPath, query } = splitUrl(request.rawUrl);
  const multiValueHeaders = headersOf(request);
  const multiValueQueryStringParameters = queryOf(query);
  const { pathParameters, resourceId } = context;
  return JSON.stringify({
    ...(resourceId === undefined && { version: '1.0' }),
    resource: context.resourcePath,
    path: context.path,
    httpMethod: request.method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: multiValueQueryStringParameters && lastOf(multiValueQueryStringParameters),
    multiValueQueryStringParameters,
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: context.stageVariables ?? null,
    requestContext: requestContext(request, context, rawPath, headerIn(multiValueHeaders, 'user-agent')),
    ...bodyOf(request.body, context.isBinary(headerIn(multiValueHeaders, 'content-type') ?? '')),
  });
}

function requestContext(
  request: FrontRequest,
  context: ProxyContext,
  rawPath: string,
  userAgent: string | undefined,
): object {
  return {
    resourceId: context.resourceId ?? null,
    resourcePath: context.resourcePath,
    httpMethod: request.method,
    extendedRequestId: context.extendedRequestId,
    requestTime: commonLogTime(request.nowMs),
    path: rawPath,
    accountId: context.accountId,
    protocol: request.protocol,
    stage: context.stage,
    domainPrefix: context.domainName.split('.', 1)[0],
    requestTimeEpoch: request.nowMs,
    requestId: request.requestId,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: plainAddress(request.sourceIp),
      user: null,
      userAgent: userAgent ?? null,
      userArn: null,
      ...context.granted?.identity,
    },
    authorizer: context.granted?.authorizer,
    domainName: context.domainName,
    deploymentId: context.deploymentId,
    apiId: context.apiId,
  };
}

/** Names as the client wrote them; those of one name are told apart by how they are written. */
function headersOf(request: FrontRequest): Multi {
  const headers: Multi = Object.create(null);
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    headers[name] = [...(headers[name] ?? []), headerText(rawHeaders[at + 1] ?? '')];
  }
  const source = plainAddress(request.sourceIp);
  const before = take(headers, 'x-forwarded-for');
  headers['X-Forwarded-For'] = [before === undefined ? source : `${before}, ${source}`];
  take(headers, 'x-forwarded-port');
  headers['X-Forwarded-Port'] = [request.forwarded?.port ?? '443'];
  take(headers, 'x-forwarded-proto');
  headers['X-Forwarded-Proto'] = [request.forwarded?.proto ?? 'https'];
  take(headers, 'x-amzn-trace-id');
  headers['X-Amzn-Trace-Id'] = [request.traceId];
  return headers;
}

function take(headers: Multi, lower: string): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === lower);
  if (name === undefined) return undefined;
  const value = headers[name]?.join(', ');
  delete headers[name];
  return value;
}

function headerIn(headers: Multi, lower: string): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === lower);
  return name === undefined ? undefined : headers[name]?.at(-1);
}

function queryOf(query: string): Multi | null {
  const parameters: Multi = Object.create(null);
  let any = false;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    any = true;
    const equals = pair.indexOf('=');
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1));
    parameters[name] = [...(parameters[name] ?? []), value];
  }
  return any ? parameters : null;
}

function lastOf(multi: Multi): Record<string, string> {
  return Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? '']));
}

function bodyOf(body: Uint8Array, binary: boolean): { body: string | null; isBase64Encoded: boolean } {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return binary
    ? { body: bytes.toString('base64'), isBase64Encoded: true }
    : { body: bytes.toString('utf8'), isBase64Encoded: false };
}

/** Whether a content type is one of a REST API's binary media types, of which a part may be an asterisk. */
export function isBinaryType(binaryMediaTypes: readonly string[], contentType: string): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const [main, sub] = type.split('/');
  return binaryMediaTypes.some((one) => {
    const [wantedMain, wantedSub] = one.toLowerCase().split('/');
    return (wantedMain === '*' || wantedMain === main) && (wantedSub === '*' || wantedSub === sub);
  });
}
