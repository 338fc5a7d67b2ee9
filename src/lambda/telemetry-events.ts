/**
 * What subscribers of the Telemetry and Logs APIs are sent of what happens, by API and schema version. Sources: the
 * developer guide's telemetry-schema-reference and runtimes-logs-api, and the OpenAPI files that they link to
 * (events_http_schema_v2022_07_01, …_v2022_12_13, …_v2025_01_29, logs-api-http-response, schema-2021-03-18).
 */
import type { Span } from './invoke-spans.js';
import { micros, type PlatformRecord, recordMembers } from './log-records.js';
import type { Subscription } from './telemetry-subscription.js';
import { parseTraceHeader } from './trace.js';

/** What happens in an environment, as far as subscribers may hear of it. */
export type Happening =
  | {
      readonly kind: 'platform';
      readonly record: PlatformRecord;
      readonly spans?: readonly Span[] | undefined;
      /** The trace header of the invocation. */
      readonly traceId?: string | undefined;
    }
  /** A line that the function or an extension wrote, without its line feed. */
  | { readonly kind: 'function' | 'extension'; readonly line: string };

/** What an event looks like depends on these. */
export interface TelemetryView extends Pick<Subscription, 'api' | 'schemaVersion' | 'types'> {
  readonly logFormat: 'Text' | 'JSON';
  /**
   * Whether the environment takes several invocations at once: then they have no `platform.runtimeDone`, and of the
   * report's metrics only the duration (telemetry-schema-reference: Lambda Managed Instances).
   */
  readonly managed: boolean;
}

interface Event {
  readonly type: string;
  readonly record: unknown;
}

type Members = Record<string, unknown>;

/** The events that a subscriber gets, each as JSON; none for what it did not subscribe to or its schema does not have. */
export function telemetryEvents(happening: Happening, timeMs: number, view: TelemetryView): string[] {
  if (!view.types.includes(happening.kind)) return [];
  const time = new Date(timeMs).toISOString();
  return eventsOf(happening, time, view).map(({ type, record }) => JSON.stringify({ time, type, record }));
}

function eventsOf(happening: Happening, time: string, view: TelemetryView): Event[] {
  if (happening.kind !== 'platform') {
    return [{ type: happening.kind, record: outputRecord(happening.line, view) }];
  }
  const { record, spans = [], traceId } = happening;
  if (view.api === 'Logs') return logsEvents(record, time, view);
  if (record.type === 'logsSubscription' || (view.managed && record.type === 'runtimeDone')) return [];
  const members = telemetryMembers(record, view);
  const tracing = traceId === undefined ? undefined : tracingContext(traceId);
  const more = { ...(spans.length > 0 && { spans: spans.map(spanMembers) }), ...(tracing && { tracing }) };
  return [{ type: `platform.${record.type}`, record: { ...members, ...more } }];
}

/**
 * A JSON object from a function with the JSON log format is sent as such; schema versions before 2022-12-13 always
 * have a string (telemetry-schema-reference). The Logs API's example ends in the line feed, the Telemetry API's not.
 */
function outputRecord(line: string, view: TelemetryView): unknown {
  if (view.api === 'Logs') return `${line}\n`;
  if (view.logFormat !== 'JSON' || view.schemaVersion === '2022-07-01') return line;
  return jsonObject(line) ?? line;
}

function jsonObject(line: string): object | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

// ── Telemetry API ─────────────────────────────────────────────────────────────────────────────────────────────────

function telemetryMembers(record: PlatformRecord, view: TelemetryView): Members {
  if (view.managed && record.type === 'report') {
    return { ...recordMembers(record), metrics: { durationMs: micros(record.durationMs) } };
  }
  const members = withMemory(record, recordMembers(record));
  // Of the function's ARN and tenant only the newest schema knows.
  if (record.type === 'start' && view.schemaVersion !== '2025-01-29') {
    return without(members, 'functionArn', 'tenantId');
  }
  if (record.type === 'report' && view.schemaVersion !== '2025-01-29') return without(members, 'tenantId');
  if (view.schemaVersion !== '2022-07-01') return members;
  switch (record.type) {
    case 'initStart':
      return without(members, 'functionName', 'functionVersion', 'instanceId', 'instanceMaxMemory');
    case 'initReport':
      return without(members, 'status', 'errorType');
    case 'extension':
      return without(members, 'errorType');
    default:
      return members;
  }
}

/** The schemas demand a number, where a log line may go without: then that of AWS's own emulator, all of the memory. */
function withMemory(record: PlatformRecord, members: Members): Members {
  if (record.type !== 'report' || record.maxMemoryMb !== undefined) return members;
  return { ...members, metrics: { ...(members['metrics'] as Members), maxMemoryUsedMB: record.memoryMb } };
}

function spanMembers({ name, startMs, durationMs }: Span): Members {
  return { name, start: new Date(startMs).toISOString(), durationMs: micros(durationMs) };
}

/** Only a traced invocation has one. */
function tracingContext(traceId: string): Members | undefined {
  const { parent, sampled } = parseTraceHeader(traceId);
  return sampled === true ? { spanId: parent, type: 'X-Amzn-Trace-Id', value: traceId } : undefined;
}

// ── Logs API ──────────────────────────────────────────────────────────────────────────────────────────────────────

function logsEvents(record: PlatformRecord, time: string, view: TelemetryView): Event[] {
  switch (record.type) {
    case 'start': {
      const { requestId, version } = record;
      return [{ type: 'platform.start', record: { requestId, version } }];
    }
    case 'runtimeDone': {
      if (view.schemaVersion !== '2021-03-18') return [];
      const { requestId, outcome } = record;
      // Its three examples are success, failure and timeout.
      const status = outcome === 'error' ? 'failure' : outcome;
      return [{ type: 'platform.runtimeDone', record: { requestId, status } }];
    }
    case 'report': {
      const { requestId } = record;
      const fault = faultText(record, time);
      const { metrics } = withMemory(record, recordMembers(record));
      return [
        ...(fault === undefined ? [] : [{ type: 'platform.fault', record: fault }]),
        { type: 'platform.end', record: { requestId } },
        { type: 'platform.report', record: { requestId, metrics } },
      ];
    }
    case 'extension':
      return [{ type: 'platform.extension', record: without(recordMembers(record), 'errorType') }];
    case 'logsSubscription':
    case 'logsDropped':
      return [{ type: `platform.${record.type}`, record: recordMembers(record) }];
    case 'initStart':
    case 'initRuntimeDone':
    case 'initReport':
    case 'telemetrySubscription':
      return [];
  }
}

/** What broke the environment itself: a timeout, or the end of a process; an error that a function reports does not. */
function faultText(record: PlatformRecord & { type: 'report' }, time: string): string | undefined {
  const { requestId, outcome, errorType = '', durationMs } = record;
  if (outcome === 'timeout') {
    return `${time} ${requestId} Task timed out after ${(durationMs / 1000).toFixed(2)} seconds`;
  }
  if (/^(Runtime\.(ExitError|OutOfMemory)|Extension\.|Sandbox\.)/.test(errorType)) {
    return `RequestId: ${requestId} Process exited before completing request`;
  }
  return undefined;
}

function without(members: Members, ...names: string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}
