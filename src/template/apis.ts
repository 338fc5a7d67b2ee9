import type { Api, Authorizer, Integration, Stage } from '../lambda/api-gateway/definition.js';
import { apiIdOf } from './physical-names.js';
import type { AppReader, Properties } from './reader.js';
import { isObject, type Json, textOf } from './template.js';

/** What the APIs of one kind have of their own. */
interface Kind<Own extends Api> {
  readonly type: string;
  readonly stagesOf: (apiId: string) => Stage[];
  readonly build: (one: Properties, common: Pick<Api, 'id' | 'name' | 'stages'>) => Own;
}

/** The APIs of one kind that the app has, but for those that cannot be served. */
export function apisOf<Own extends Api>(app: AppReader, { type, stagesOf, build }: Kind<Own>): Own[] {
  return app.all(type).flatMap((one) => {
    const why = refusal(one);
    if (why !== undefined) {
      app.remark(one, why);
      return [];
    }
    const id = apiIdOf(one.found, app.names);
    const stages = stagesOf(id);
    if (stages.length === 0) app.remark(one, 'it has no stage, so nothing of it can be asked');
    return [build(one, { id, name: app.names.of(one.found), stages })];
  });
}

function refusal(one: Properties): string | undefined {
  if (one.text('ProtocolType') === 'WEBSOCKET') return 'a WebSocket API is not emulated';
  return one.has('Body') || one.has('BodyS3Location')
    ? 'an API that is made of an OpenAPI document is not emulated'
    : undefined;
}

/** Tells of a route that answers 501, and why. */
export function remarkOnRoute(
  app: AppReader,
  one: Properties,
  route: string,
  {
    integration,
    authorizer,
  }: { readonly integration: Integration; readonly authorizer?: Authorizer | undefined },
): void {
  const guard = authorizer?.kind === 'not-emulated' ? authorizer.why : undefined;
  const why = guard ?? (integration.kind === 'not-emulated' ? integration.why : undefined);
  if (why !== undefined) app.remark(one, `${route} answers 501: ${why}`);
}

export function variablesOf(value: Json | undefined): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOf(one) ?? '']));
}
