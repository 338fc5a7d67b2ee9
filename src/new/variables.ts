import type { Names, ProjectKind } from './kind.js';
import type { Variables } from './render.js';

/** What a template may say about the project: the names and meanings are those of Cargo Lambda's templates. */
export function variablesOf(kind: ProjectKind, names: Names): Variables {
  const event = kind.kind === 'event' ? eventVariables(kind.type) : eventVariables(undefined);
  return {
    project_name: names.project,
    binary_name: names.binary ?? null,
    function_name: names.binary !== undefined && names.binary !== names.project ? names.binary : null,
    basic_example: kind.kind === 'basic',
    http_function: kind.kind === 'http',
    http_feature: (kind.kind === 'http' && kind.feature) || null,
    ...event,
    events: kind.kind === 'extension' && kind.events,
    logs: kind.kind === 'extension' && kind.logs,
    telemetry: kind.kind === 'extension' && kind.telemetry,
  };
}

function eventVariables(type: string | undefined): Variables {
  if (type === undefined) return { event_type: null, event_type_feature: null, event_type_import: null };
  if (type === 'serde_json::Value') {
    return { event_type: 'Value', event_type_feature: 'serde_json', event_type_import: type };
  }
  const split = type.indexOf('::');
  return {
    event_type: type.slice(split + 2),
    event_type_feature: type.slice(0, split),
    event_type_import: `aws_lambda_events::event::${type}`,
  };
}
