import { UserError } from '../errors.js';
import { nearest } from '../project/nearest.js';
import { ANY_JSON, EVENT_TYPES, findEventType } from './event-types.js';
import type { HttpFeature, ProjectKind } from './kind.js';

export interface KindFlags {
  readonly http?: boolean | undefined;
  readonly httpFeature?: HttpFeature | undefined;
  readonly eventType?: string | undefined;
  readonly extension?: boolean | undefined;
  readonly events?: boolean | undefined;
  readonly logs?: boolean | undefined;
  readonly telemetry?: boolean | undefined;
  readonly workspace?: boolean | undefined;
  readonly otel?: boolean | undefined;
}

/** The kind that the flags ask for; undefined when they leave it open. */
export function chooseKind(flags: KindFlags): ProjectKind | undefined {
  refuseContradictions(flags);
  if (flags.workspace) return { kind: 'workspace' };
  if (flags.extension) return extension(flags);
  if (flags.httpFeature !== undefined) return { kind: 'http', feature: flags.httpFeature };
  if (flags.http) return { kind: 'http' };
  if (flags.eventType !== undefined) return eventKind(flags.eventType);
  return undefined;
}

/** The same, with spans for OpenTelemetry. */
export function traced(kind: ProjectKind): ProjectKind {
  switch (kind.kind) {
    case 'http':
    case 'event':
    case 'basic':
      return { ...kind, otel: true };
    case 'extension':
    case 'workspace':
      return kind;
  }
}

/** A function for one type of event; the empty name stands for request and response types of its own. */
export function eventKind(asked: string): ProjectKind {
  const path = asked.replace(/^aws_lambda_events::(?:event::)?/, '');
  if (path === '') return { kind: 'basic' };
  if (path === ANY_JSON || findEventType(path)) return { kind: 'event', type: path };
  const close = closeType(path);
  throw new UserError('usage.arguments', {
    what: `There is no event type '${asked}' in aws_lambda_events.`,
    fix: close
      ? `Did you mean: --event-type ${close}`
      : `Take any JSON (--event-type ${ANY_JSON}), or give a type such as --event-type sqs::SqsEvent`,
  });
}

function extension({ events, logs, telemetry }: KindFlags): ProjectKind {
  // AWS: "After subscribing using one of these APIs, any attempt to subscribe using the other API returns an
  // error" (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html).
  if (logs && telemetry) {
    throw new UserError('usage.arguments', {
      what: 'An extension cannot have both --logs and --telemetry: AWS lets it subscribe to one of them.',
      fix: 'Telemetry holds the logs too: --extension --telemetry',
    });
  }
  const some = { events: events ?? false, logs: logs ?? false, telemetry: telemetry ?? false };
  return { kind: 'extension', ...some, events: some.events || !(some.logs || some.telemetry) };
}

function refuseContradictions(flags: KindFlags): void {
  const kinds = [
    flags.http && '--http',
    flags.httpFeature !== undefined && '--http-feature',
    flags.eventType !== undefined && '--event-type',
    flags.extension && '--extension',
    flags.workspace && '--workspace',
  ].filter((flag) => typeof flag === 'string');
  const isHttpTwice = kinds.length === 2 && kinds[0] === '--http' && kinds[1] === '--http-feature';
  if (kinds.length > 1 && !isHttpTwice) {
    throw new UserError('usage.arguments', {
      what: `${kinds.join(' and ')} ask for different projects.`,
      fix: `Keep one of them: ${kinds[0]}`,
    });
  }
  if (flags.otel && (flags.extension || flags.workspace)) {
    throw new UserError('usage.arguments', {
      what: `--otel is for a function, and ${flags.extension ? '--extension' : '--workspace'} makes none that could have it.`,
      fix: 'Make a function: crablet new my-function --http --otel',
    });
  }
  const part = (['events', 'logs', 'telemetry'] as const).find((name) => flags[name]);
  if (part !== undefined && !flags.extension) {
    throw new UserError('usage.arguments', {
      what: `--${part} is a part of an extension, and this would be a function.`,
      fix: `Ask for an extension: --extension --${part}`,
    });
  }
}

/** The type that was meant: the one of that name in another module, or else the nearest. */
function closeType(asked: string): string | undefined {
  const name = asked.split('::').at(-1) ?? asked;
  const sameName = EVENT_TYPES.find((type) => type.name.toLowerCase() === name.toLowerCase());
  if (sameName) return sameName.path;
  const sameModule = EVENT_TYPES.filter(({ feature }) => feature === asked.split('::')[0]);
  const types = sameModule.length > 0 ? sameModule : EVENT_TYPES;
  const near = nearest(
    name,
    types.map((type) => type.name),
  );
  return (types.find((type) => type.name === near) ?? sameModule[0])?.path;
}
