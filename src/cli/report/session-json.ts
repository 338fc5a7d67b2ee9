import type { Api, Authorizer, Integration } from '../../lambda/api-gateway/definition.js';
import type { WatchEvent } from '../../watch/events.js';

type Served = Extract<WatchEvent, { type: 'app.served' }>;

/** What a watch session tells of itself, for `--output json`; undefined for what stays text: compilers' output, and logs. */
export function sessionJson(event: WatchEvent): Record<string, unknown> | undefined {
  switch (event.type) {
    case 'build.output':
      return undefined;
    case 'local':
      return event.event.type === 'debugger' || event.event.type === 'provisioning'
        ? { ...event.event, time: new Date(event.event.time).toISOString() }
        : undefined;
    case 'project.broken': {
      const { code, message, fix } = event.error;
      return { type: event.type, code, what: message, fix };
    }
    case 'app.served':
      return servedJson(event);
    case 'triggers':
      return { type: event.type, ...triggersJson(event) };
    default:
      return { ...event };
  }
}

function servedJson({ type, app, apis }: Served): Record<string, unknown> {
  return {
    type,
    apis: apis.map(({ api, urls }) => ({
      kind: api.kind,
      name: api.name,
      url: urls.path,
      hostUrl: urls.host,
      stages: api.stages.map(({ name }) => name),
      routes: routesOf(api),
    })),
    ...triggersJson(app),
    notEmulated: app.remarks,
  };
}

function triggersJson({
  eventSources,
  schedules,
}: Pick<Served['app'], 'eventSources' | 'schedules'>): Record<string, unknown> {
  return {
    eventSources: eventSources.map(({ functionName, eventSourceArn, enabled }) => ({
      eventSourceArn,
      function: functionName,
      enabled,
    })),
    schedules: schedules.map(({ name, expression, timezone, functionName }) => ({
      name,
      expression,
      timezone,
      function: functionName,
    })),
  };
}

function routesOf(api: Api): Record<string, unknown>[] {
  return api.kind === 'http'
    ? api.routes.map(({ routeKey, ...route }) => ({ route: routeKey, ...leadsTo(route) }))
    : api.methods.map(({ method, resourcePath, ...route }) => ({
        route: `${method} ${resourcePath}`,
        ...leadsTo(route),
      }));
}

function leadsTo({
  integration,
  authorizer,
}: {
  readonly integration: Integration;
  readonly authorizer?: Authorizer | undefined;
}): Record<string, unknown> {
  const guard = authorizer && { authorizer: authorizer.kind };
  if (authorizer?.kind === 'not-emulated') return { ...guard, status: 501, why: authorizer.why };
  switch (integration.kind) {
    case 'function':
      return { ...guard, function: integration.function, qualifier: integration.qualifier };
    case 'mock':
      return { ...guard, status: integration.answer.status };
    case 'not-emulated':
      return { ...guard, status: 501, why: integration.why };
  }
}
