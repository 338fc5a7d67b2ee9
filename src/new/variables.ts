import { ANY_JSON, findEventType, importOf } from './event-types.js';
import type { Names, ProjectKind } from './kind.js';
import type { Variables } from './render.js';

/** What a template may say about the project: the names and meanings are those of Cargo Lambda's templates. */
export function variablesOf(kind: ProjectKind, names: Names): Variables {
  return {
    project_name: names.project,
    binary_name: names.binary ?? null,
    function_name: names.binary !== undefined && names.binary !== names.project ? names.binary : null,
    basic_example: kind.kind === 'basic',
    http_function: kind.kind === 'http',
    http_feature: (kind.kind === 'http' && kind.feature) || null,
    ...eventVariables(kind.kind === 'event' ? kind.type : undefined),
    otel: 'otel' in kind && kind.otel === true,
    otel_trigger: triggerOf(kind),
    events: kind.kind === 'extension' && kind.events,
    logs: kind.kind === 'extension' && kind.logs,
    telemetry: kind.kind === 'extension' && kind.telemetry,
  };
}

/** What lambda_runtime's OpenTelemetry layer says of who invokes the function (OpenTelemetry, faas.trigger). */
function triggerOf(kind: ProjectKind): string | null {
  if (kind.kind === 'http') return 'Http';
  const feature = kind.kind === 'event' ? findEventType(kind.type)?.feature : undefined;
  switch (feature) {
    case 'kafka':
    case 'kinesis':
    case 'rabbitmq':
    case 'activemq':
    case 'sns':
    case 'sqs':
      return 'PubSub';
    case 'documentdb':
    case 'dynamodb':
    case 's3':
      return 'Datasource';
    default:
      return 'Other';
  }
}

function eventVariables(path: string | undefined): Variables {
  if (path === undefined) return { event_type: null, event_type_feature: null, event_type_import: null };
  if (path === ANY_JSON) {
    return { event_type: 'Value', event_type_feature: 'serde_json', event_type_import: path };
  }
  const type = findEventType(path);
  return {
    event_type: type?.name ?? null,
    event_type_feature: type?.feature ?? null,
    event_type_import: importOf(path),
  };
}
