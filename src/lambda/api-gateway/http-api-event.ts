/**
 * A request to an HTTP API as the event of payload version 2.0 (API Gateway developer guide, "Create AWS Lambda proxy
 * integrations for HTTP APIs"; aws/aws-sam-cli, generated_sample_events/events/apigateway/HttpApi.json). Version 1.0 is
 * proxy-event.ts.
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
} from '../http-event.js';
import type { Granted } from './authorizer-answer.js';

/** What the API adds to a request: where it came in, and whom it let through. */
export interface ApiContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Of whom the authorizer let through. */
  readonly granted?: Granted | undefined;
}

export interface HttpApiContext extends ApiContext {
  readonly routeKey: string;
}

/** @param request.rawUrl begins with the stage, unless that is `$default` */
export function toHttpApiEvent(request: FrontRequest, context: HttpApiContext): string {
  const { path, query } = splitUrl(request.rawUrl);
  const { headers, cookies } = readHeaders(request);
  const { pathParameters, stageVariables } = context;
  const head = JSON.stringify({
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString: query,
    cookies,
    headers,
    queryStringParameters: parseQuery(query),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      authorizer: context.granted?.authorizer,
      domainName: context.domainName,
      domainPrefix: context.domainName.split('.', 1)[0],
      http: {
        method: request.method,
        path: percentDecode(path),
        protocol: request.protocol,
        sourceIp: plainAddress(request.sourceIp),
        userAgent: headers['user-agent'],
      },
      requestId: request.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: commonLogTime(request.nowMs),
      timeEpoch: request.nowMs,
    },
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : undefined,
    stageVariables,
  });
  return `${head.slice(0, -1)},${bodyMembers(request.body, headers)}}`;
}
