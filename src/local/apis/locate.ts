import { headerOf } from '../../http/header.js';
import type { HttpRequest } from '../../http/message.js';
import type { Granted } from '../../lambda/api-gateway/authorizer-answer.js';
import type { Authorizer, HttpApi, Integration, RestApi } from '../../lambda/api-gateway/definition.js';
import { httpCorsHeaders, httpPreflightResponse } from '../../lambda/api-gateway/http-api-cors.js';
import { toHttpApiEvent } from '../../lambda/api-gateway/http-api-event.js';
import {
  HTTP_INTERNAL_ERROR,
  HTTP_NOT_FOUND,
  HTTP_THROTTLED,
  HTTP_TIMED_OUT,
  toHttpApiResponse,
  toHttpApiResponse1,
} from '../../lambda/api-gateway/http-api-response.js';
import { findHttpRoute, findHttpStage } from '../../lambda/api-gateway/http-routes.js';
import { isBinaryType, toProxyEvent } from '../../lambda/api-gateway/proxy-event.js';
import {
  REST_BAD_GATEWAY,
  REST_FORBIDDEN,
  REST_NO_METHOD,
  REST_THROTTLED,
  REST_TIMED_OUT,
  toProxyResponse,
} from '../../lambda/api-gateway/proxy-response.js';
import { findRestMethod, findRestStage } from '../../lambda/api-gateway/rest-routes.js';
import { type Header, preflightOf } from '../../lambda/cors.js';
import type { UrlResponse } from '../../lambda/function-url-response.js';
import { type FrontRequest, isTextType, splitUrl } from '../../lambda/http-event.js';
import { newId } from '../ids.js';
import type { AnswerRules } from './api-caller.js';
import type { ApiRequest } from './apis.js';

/** Where a request to an API leads, and by which rules it is told and answered. */
export type Located =
  | {
      readonly kind: 'answered';
      readonly answer: UrlResponse;
      readonly added?: readonly Header[] | undefined;
    }
  | Routed;

/** Makes a request's event, with what the authorizer said. */
type ToEvent = (request: FrontRequest, accountId: string, granted: Granted) => string;

export interface Routed {
  readonly kind: 'routed';
  readonly target: ApiRequest;
  readonly integration: Integration;
  readonly authorizer: Authorizer | undefined;
  /** Of the event that the function gets. */
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly version1: ToEvent;
  readonly version2: ToEvent;
  readonly stage: string;
  /** Without the stage. */
  readonly path: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly rules: AnswerRules;
  readonly added?: readonly Header[] | undefined;
}

export function locate(target: ApiRequest, request: HttpRequest): Located {
  const { api } = target;
  return api.kind === 'http' ? inHttpApi(api, target, request) : inRestApi(api, target, request);
}

function inHttpApi(api: HttpApi, target: ApiRequest, request: HttpRequest): Located {
  const { cors } = api;
  const preflight = cors && preflightOf(request.method, request.headers);
  if (preflight) return { kind: 'answered', answer: httpPreflightResponse(cors, preflight) };
  const added = cors && httpCorsHeaders(cors, headerOf(request, 'origin'));
  const stage = findHttpStage(api.stages, splitUrl(target.rawUrl).path);
  const found = stage && findHttpRoute(api, request.method ?? 'GET', stage.path);
  if (!found) return { kind: 'answered', answer: HTTP_NOT_FOUND, added };
  const { route, pathParameters } = found;
  const { name, variables } = stage.stage;
  const old = route.integration.kind === 'function' && route.integration.payloadFormatVersion === '1.0';
  const { domainName } = target;
  const context = { apiId: api.id, domainName, stage: name, stageVariables: variables, pathParameters };
  return {
    kind: 'routed',
    target,
    integration: route.integration,
    authorizer: route.authorizer,
    added,
    payloadFormatVersion: old ? '1.0' : '2.0',
    version1: (front, accountId, granted) =>
      toProxyEvent(front, {
        ...context,
        accountId,
        granted,
        resourcePath: route.routeKey.split(' ')[1] ?? route.routeKey,
        path: name === '$default' ? stage.path : `/${name}${stage.path}`,
        extendedRequestId: newId(),
        isBinary: (type) => !isTextType(type),
      }),
    version2: (front, accountId, granted) =>
      toHttpApiEvent(front, { ...context, accountId, granted, routeKey: route.routeKey }),
    stage: name,
    path: stage.path,
    stageVariables: variables ?? {},
    rules: {
      toResponse: old ? toHttpApiResponse1 : toHttpApiResponse,
      failed: HTTP_INTERNAL_ERROR,
      timedOut: HTTP_TIMED_OUT,
      throttled: HTTP_THROTTLED,
    },
  };
}

function inRestApi(api: RestApi, target: ApiRequest, request: HttpRequest): Located {
  const stage = findRestStage(api.stages, splitUrl(target.rawUrl).path);
  if (!stage) return { kind: 'answered', answer: REST_FORBIDDEN };
  const found = findRestMethod(api, request.method ?? 'GET', stage.path);
  if (!found) return { kind: 'answered', answer: REST_NO_METHOD };
  const { method, pathParameters } = found;
  const { name, variables } = stage.stage;
  const { binaryMediaTypes } = api;
  const accepted = (headerOf(request, 'accept') ?? '*/*').split(',', 1)[0] ?? '';
  const context = { apiId: api.id, domainName: target.domainName, stage: name, stageVariables: variables };
  const toEvent: ToEvent = (front, accountId, granted) =>
    toProxyEvent(front, {
      ...context,
      accountId,
      granted,
      pathParameters,
      resourceId: method.resourceId,
      resourcePath: method.resourcePath,
      path: stage.path,
      deploymentId: 'local',
      extendedRequestId: newId(),
      isBinary: (type) => isBinaryType(binaryMediaTypes, type),
    });
  return {
    kind: 'routed',
    target,
    integration: method.integration,
    authorizer: method.authorizer,
    payloadFormatVersion: '1.0',
    version1: toEvent,
    version2: toEvent,
    stage: name,
    path: stage.path,
    stageVariables: variables ?? {},
    rules: {
      toResponse: (payload) =>
        toProxyResponse(payload, {
          // The first type that the client accepts decides (API Gateway developer guide, "Return binary media").
          decodes: () => isBinaryType(binaryMediaTypes, accepted),
          defaultType: 'application/json',
        }),
      failed: REST_BAD_GATEWAY,
      timedOut: REST_TIMED_OUT,
      throttled: REST_THROTTLED,
    },
  };
}
