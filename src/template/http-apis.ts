import {
  type Authorizer,
  HTTP_API_TIMEOUT_MS,
  type HttpApi,
  type HttpRoute,
  type Integration,
  type Stage,
} from '../lambda/api-gateway/definition.js';
import { corsOf } from './functions.js';
import { apiIdOf } from './physical-names.js';
import type { AppReader, Properties } from './reader.js';
import { isObject, type Json, textOf } from './template.js';

/** AWS::ApiGatewayV2: every HTTP API of the app with its routes and stages. */
export function readHttpApis(app: AppReader): HttpApi[] {
  return app.all('AWS::ApiGatewayV2::Api').flatMap((one) => {
    if (one.text('ProtocolType') === 'WEBSOCKET') {
      app.remark(one, 'a WebSocket API is not emulated');
      return [];
    }
    if (one.has('Body') || one.has('BodyS3Location')) {
      app.remark(one, 'an API that is made of an OpenAPI document is not emulated');
      return [];
    }
    const id = apiIdOf(one.found, app.names);
    const stages = stagesOf(app, id);
    if (stages.length === 0) app.remark(one, 'it has no stage, so nothing of it can be asked');
    return [
      {
        kind: 'http' as const,
        id,
        name: app.names.of(one.found),
        stages,
        cors: one.has('CorsConfiguration') ? corsOf(one.object('CorsConfiguration')) : undefined,
        routes: [...routesOf(app, id), ...quickRoute(one)],
      },
    ];
  });
}

function stagesOf(app: AppReader, apiId: string): Stage[] {
  return app
    .all('AWS::ApiGatewayV2::Stage')
    .filter((one) => one.text('ApiId') === apiId)
    .map((one) => ({
      name: one.text('StageName') ?? '$default',
      variables: variablesOf(one.value('StageVariables')),
    }));
}

export function variablesOf(value: Json | undefined): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOf(one) ?? '']));
}

/** `Target` and `RouteKey` of the API itself: AWS makes a route and a stage of them. */
function quickRoute(one: Properties): HttpRoute[] {
  const target = one.function('Target');
  if (!target) return [];
  return [
    {
      routeKey: one.text('RouteKey') ?? '$default',
      integration: {
        kind: 'function',
        function: target.name,
        qualifier: target.qualifier,
        payloadFormatVersion: '2.0',
        timeoutMs: HTTP_API_TIMEOUT_MS,
      },
    },
  ];
}

function routesOf(app: AppReader, apiId: string): HttpRoute[] {
  const integrations = new Map(
    app.all('AWS::ApiGatewayV2::Integration').map((one) => [app.reference(one), one] as const),
  );
  return app
    .all('AWS::ApiGatewayV2::Route')
    .filter((one) => one.text('ApiId') === apiId)
    .map((one) => {
      const target = one.text('Target')?.replace(/^integrations\//, '') ?? '';
      const integration = integrations.get(target);
      const route: HttpRoute = {
        routeKey: one.text('RouteKey') ?? '$default',
        integration: integration
          ? integrationOf(integration)
          : { kind: 'not-emulated', why: 'its integration is not in the template' },
        authorizer: authorizerOf(app, one),
      };
      const { integration: leads, authorizer } = route;
      const why = authorizer?.why ?? (leads.kind === 'not-emulated' ? leads.why : undefined);
      if (why !== undefined) app.remark(one, `${route.routeKey} answers 501: ${why}`);
      return route;
    });
}

function integrationOf(one: Properties): Integration {
  const type = one.text('IntegrationType');
  const subtype = one.text('IntegrationSubtype');
  if (type !== 'AWS_PROXY' || subtype !== undefined)
    return { kind: 'not-emulated', why: `an integration with ${subtype ?? type ?? 'something else'}` };
  if (one.has('RequestParameters') || one.has('ResponseParameters'))
    return { kind: 'not-emulated', why: 'an integration that maps parameters' };
  const target = one.function('IntegrationUri');
  if (!target) return { kind: 'not-emulated', why: 'an integration whose function is not known' };
  return {
    kind: 'function',
    function: target.name,
    qualifier: target.qualifier,
    payloadFormatVersion: one.text('PayloadFormatVersion') === '1.0' ? '1.0' : '2.0',
    timeoutMs: one.number('TimeoutInMillis') ?? HTTP_API_TIMEOUT_MS,
  };
}

function authorizerOf(app: AppReader, route: Properties): Authorizer | undefined {
  const type = route.text('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  const id = route.text('AuthorizerId');
  const authorizer = app.all('AWS::ApiGatewayV2::Authorizer').find((one) => app.reference(one) === id);
  return { why: `its authorizer (${authorizer?.text('AuthorizerType') ?? type})` };
}
