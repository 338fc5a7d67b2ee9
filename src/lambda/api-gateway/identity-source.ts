import { formDecode, splitUrl } from '../http-event.js';
import type { IdentitySource } from './definition.js';

/** `$request.header.Auth` of an HTTP API, `method.request.header.Auth` of a REST API; undefined for what is neither. */
export function readIdentitySource(text: string): IdentitySource | undefined {
  const [, from, name] =
    /^\$?(?:(?:method\.)?request\.(?=header|querystring))?(header|querystring|stageVariables|context)\.(\S+)$/.exec(
      text.trim(),
    ) ?? [];
  return name === undefined ? undefined : { from: from as IdentitySource['from'], name };
}

/** Where identity sources are looked for. */
export interface Identified {
  readonly rawUrl: string;
  /** Values by names in any case. */
  readonly header: (name: string) => string | undefined;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** `requestContext` of the event. */
  readonly context: object;
}

/** The values of all sources; undefined when one is missing or empty, with which no authorizer is asked. */
export function identityOf(sources: readonly IdentitySource[], request: Identified): string[] | undefined {
  const values = sources.map((source) => sourceValue(source, request));
  return values.every((value) => value !== undefined && value !== '') ? (values as string[]) : undefined;
}

function sourceValue({ from, name }: IdentitySource, request: Identified): string | undefined {
  switch (from) {
    case 'header':
      return request.header(name.toLowerCase());
    case 'querystring':
      return inQuery(splitUrl(request.rawUrl).query, name);
    case 'stageVariables':
      return request.stageVariables[name];
    case 'context': {
      const found = name
        .split('.')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], request.context);
      return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
    }
    default:
      return from satisfies never;
  }
}

function inQuery(query: string, wanted: string): string | undefined {
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    if (name === wanted) return equals < 0 ? '' : formDecode(pair.slice(equals + 1));
  }
  return undefined;
}
