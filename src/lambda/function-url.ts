/**
 * A Function URL's HTTP request as the event of payload version 2.0 that the function gets
 * (SNAP:test_lambda#TestLambdaURL; developer guide, urls-invocation). The way back is function-url-response.ts.
 */
import {
  bodyMembers,
  commonLogTime,
  type FrontRequest,
  parseQuery,
  percentDecode,
  plainAddress,
  readHeaders,
  splitUrl,
} from './http-event.js';
import type { IamCaller } from './signature.js';

export * from './function-url-response.js';

export interface UrlRequest extends FrontRequest {
  /** `<url id>.lambda-url.<region>.on.aws` on AWS. */
  readonly domainName: string;
  readonly urlId: string;
  /** `anonymous` for a URL without authentication. */
  readonly accountId: string;
  /** Who signed the request, when it had to be signed. */
  readonly iam?: IamCaller | undefined;
  /** Set by a router in front of several functions, as an HTTP API sets it. */
  readonly route?: RouteContext | undefined;
  /** How the connection is encrypted, in OpenSSL's names: `TLSv1.2`, `ECDHE-RSA-AES128-GCM-SHA256`. */
  readonly tls?: { readonly version: string; readonly cipherSuite: string } | undefined;
}

export interface RouteContext {
  /** `GET /users/{id}` */
  readonly routeKey: string;
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
}

/** The JSON text of the event. Never throws, whatever the bytes of the request are. */
export function toEvent(request: UrlRequest): string {
  const { path, query } = splitUrl(request.rawUrl);
  const { headers, cookies } = readHeaders(request);
  if (request.tls) {
    headers['x-amzn-tls-version'] = request.tls.version;
    headers['x-amzn-tls-cipher-suite'] = request.tls.cipherSuite;
  }
  const parameters = parseQuery(query);
  const pathParameters = request.route?.pathParameters;
  const head = JSON.stringify({
    version: '2.0',
    routeKey: request.route?.routeKey ?? '$default',
    // Raw as its name says. AWS's recording does not settle whether it is decoded there.
    rawPath: path,
    rawQueryString: query,
    cookies,
    headers,
    queryStringParameters: parameters,
    requestContext: requestContext(request, path, headers['user-agent']),
    pathParameters: pathParameters && Object.keys(pathParameters).length > 0 ? pathParameters : undefined,
  });
  return `${head.slice(0, -1)},${bodyMembers(request.body, headers)}}`;
}

function requestContext(request: UrlRequest, path: string, userAgent: string | undefined): object {
  return {
    accountId: request.accountId,
    apiId: request.urlId,
    authentication: request.iam && null,
    authorizer: request.iam && { iam: request.iam },
    domainName: request.domainName,
    domainPrefix: request.domainName.split('.', 1)[0],
    http: {
      method: request.method,
      // Decoded once: `/pa2%25Fth/1` arrives as `/pa2%Fth/1` (SNAP:test_lambda#test_lambda_url_echo_invoke).
      path: percentDecode(path),
      protocol: request.protocol,
      sourceIp: plainAddress(request.sourceIp),
      userAgent,
    },
    requestId: request.requestId,
    routeKey: request.route?.routeKey ?? '$default',
    stage: '$default',
    time: commonLogTime(request.nowMs),
    timeEpoch: request.nowMs,
  };
}
