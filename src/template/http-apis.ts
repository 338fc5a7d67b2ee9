import {
  HTTP_API_TIMEOUT_MS,
  type HttpApi,
  type HttpRoute,
  type Integration,
  type Stage,
} from '../lambda/api-gateway/definition.js';
import { apisOf, remarkOnRoute, variablesOf } from './apis.js';
import { httpAuthorizer } from './authorizers.js';
import { corsOf } from './functions.js';
import type { AppReader, Properties } from './reader.js';

/** AWS::ApiGatewayV2: every HTTP API of the app with its routes and stages. */
export function readHttpApis(app: AppReader): HttpApi[] {
  return apisOf<HttpApi>(app, {
    type: 'AWS::ApiGatewayV2::Api',
    stagesOf: (id) => stagesOf(app, id),
    build: (one, common) => ({
      ...common,
      kind: 'http',
      cors: one.has('CorsConfiguration') ? corsOf(one.object('CorsConfiguration')) : undefined,
      routes: [...routesOf(app, common.id), ...quickRoute(one)],
    }),
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
        authorizer: httpAuthorizer(app, one),
      };
      remarkOnRoute(app, one, route.routeKey, route);
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
