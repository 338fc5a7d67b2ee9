import type pc from 'picocolors';
import type { Integration } from '../../lambda/api-gateway/definition.js';
import type { WatchEvent } from '../../watch/events.js';

type Colors = ReturnType<typeof pc.createColors>;
type Served = Extract<WatchEvent, { type: 'app.served' }>;

/** What is served of a CDK app beside its functions, and what is not, for a person. */
export function appLines({ app, apis }: Served, color: Colors): string[] {
  return [...apis.flatMap((one) => apiLines(one, color)), ...triggerLines(app), ...remarkLines(app, color)];
}

/** What calls functions by itself. */
export function triggerLines({
  eventSources,
  schedules,
}: Pick<Served['app'], 'eventSources' | 'schedules'>): string[] {
  return [
    ...eventSources.map(({ functionName, eventSourceArn }) => `  ${eventSourceArn} → ${functionName}`),
    ...schedules.map(({ expression, functionName }) => `  ${expression} → ${functionName}`),
  ];
}

function apiLines({ api, urls }: Served['apis'][number], color: Colors): string[] {
  const kind = api.kind === 'http' ? 'HTTP API' : 'REST API';
  const stages = api.stages.map(({ name }) => name).filter((name) => name !== '$default');
  const stage = stages[0] === undefined ? '' : `/${stages[0]}`;
  const routes =
    api.kind === 'http'
      ? api.routes.map(({ routeKey, integration }) => ({ key: routeKey, integration }))
      : api.methods.map(({ method, resourcePath, integration }) => ({
          key: `${method} ${resourcePath}`,
          integration,
        }));
  return [
    `  ${kind} ${api.name}  ${color.cyan(`${urls.path}${stage}`)}  ${color.dim(`${urls.host}${stage}`)}`,
    ...routes.map(({ key, integration }) => `    ${key} → ${whither(integration)}`),
  ];
}

function whither(integration: Integration): string {
  switch (integration.kind) {
    case 'function':
      return integration.function;
    case 'mock':
      return 'a fixed answer';
    case 'not-emulated':
      return 'not emulated: requests get 501';
  }
}

function remarkLines({ remarks }: Served['app'], color: Colors): string[] {
  if (remarks.length === 0) return [];
  return [
    color.yellow(`  not emulated (${remarks.length}):`),
    ...remarks.map(({ resource, type, why }) => `    ${resource} ${color.dim(`(${type})`)}: ${why}`),
  ];
}
