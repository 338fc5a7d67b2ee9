/**
 * Lambda's own lines, read back: what log-lines.ts and log-records.ts write, in either format, from a log of this
 * service or of AWS. Whatever is none of them is a line of the function's.
 */
import type { ExtensionStateName } from './extension-answers.js';
import type { ExtensionEvent } from './extension-events.js';
import type { OutcomeName } from './log-lines.js';
import type {
  ExtensionRecord,
  InitReportRecord,
  LogsDroppedRecord,
  ReportRecord,
  SubscriptionRecord,
} from './log-records.js';

export type ReadRecord =
  | ReportRecord
  | InitReportRecord
  | ExtensionRecord
  | SubscriptionRecord
  | LogsDroppedRecord
  | { readonly type: 'start' | 'end' | 'runtimeDone'; readonly requestId: string }
  | { readonly type: 'initStart' | 'initRuntimeDone' }
  /** A record of a type that is younger than this program. */
  | { readonly type: 'unknown' };

/** The record that a line of a log is; undefined when the function wrote it. */
export function readPlatformLine(message: string): ReadRecord | undefined {
  // Most lines are the function's: they are told by how they begin.
  if (message.startsWith('{')) return message.includes('"platform.') ? readJson(message) : undefined;
  return /^[A-Z_]{3,11}[ \t]/.test(message) ? readText(message) : undefined;
}

const START = /^START RequestId: (\S+)(?: |$)/;
const END = /^END RequestId: (\S+)/;
const REPORT = /^REPORT RequestId: (\S+)\t/;
const SUBSCRIPTION = /^(TELEMETRY|LOGS)\tName: (\S+)\tState: \S+\tTypes: \[(.*)\]/;
const EXTENSION = /^EXTENSION\tName: (\S+)\tState: (\S+)\tEvents: \[(.*?)\](?:\tError Type: (\S+))?/;

function readText(message: string): ReadRecord | undefined {
  const start = START.exec(message);
  if (start) return { type: 'start', requestId: start[1]! };
  const end = END.exec(message);
  if (end) return { type: 'end', requestId: end[1]! };
  const report = REPORT.exec(message);
  if (report) return textReport(report[1]!, message);
  if (message.startsWith('INIT_START Runtime Version: ')) return { type: 'initStart' };
  if (message.startsWith('INIT_REPORT Init Duration: ')) return textInitReport(message);
  const extension = EXTENSION.exec(message);
  if (extension) {
    const [, name = '', state = '', events = '', errorType] = extension;
    return {
      type: 'extension',
      name,
      state: state as ExtensionStateName,
      events: listed(events) as ExtensionEvent[],
      errorType,
    };
  }
  const subscription = SUBSCRIPTION.exec(message);
  if (!subscription) return undefined;
  const [, api, name = '', types = ''] = subscription;
  const type = api === 'LOGS' ? 'logsSubscription' : 'telemetrySubscription';
  return { type, name, types: listed(types).map((one) => one.toLowerCase()) };
}

const listed = (text: string) => text.split(', ').filter((one) => one !== '');

function textReport(requestId: string, message: string): ReadRecord | undefined {
  const durationMs = milliseconds(message, 'Duration');
  const memoryMb = megabytes(message, 'Memory Size');
  if (durationMs === undefined || memoryMb === undefined) return undefined;
  return {
    type: 'report',
    requestId,
    durationMs,
    memoryMb,
    maxMemoryMb: megabytes(message, 'Max Memory Used'),
    initMs: milliseconds(message, 'Init Duration'),
    ...textStatus(message),
  };
}

function textInitReport(message: string): ReadRecord | undefined {
  const durationMs = milliseconds(message, 'Init Duration');
  if (durationMs === undefined) return undefined;
  const phase = field(message, 'Phase') === 'invoke' ? 'invoke' : 'init';
  return { type: 'initReport', initializationType: '', durationMs, phase, ...textStatus(message) };
}

function textStatus(message: string): { outcome: OutcomeName; errorType?: string | undefined } {
  return { outcome: outcomeOf(field(message, 'Status')), errorType: field(message, 'Error Type') };
}

/** Fields are apart by tabs; that of an XRAY line that follows is apart by a line feed. */
function field(message: string, name: string): string | undefined {
  const at = new RegExp(`(?:^|[\\t\\n]|INIT_REPORT )${name}: ([^\\t\\n]*)`).exec(message);
  return at?.[1]?.trim();
}

function milliseconds(message: string, name: string): number | undefined {
  return numberOf(field(message, name), / ms$/);
}

function megabytes(message: string, name: string): number | undefined {
  return numberOf(field(message, name), / MB$/);
}

function numberOf(text: string | undefined, unit: RegExp): number | undefined {
  const digits = text?.replace(unit, '');
  return digits !== undefined && /^\d+(\.\d+)?$/.test(digits) ? Number(digits) : undefined;
}

type Members = Readonly<Record<string, unknown>>;

function readJson(message: string): ReadRecord | undefined {
  const line = membersOf(parsed(message));
  const { type } = line;
  if (typeof type !== 'string' || !type.startsWith('platform.')) return undefined;
  const record = membersOf(line['record']);
  const requestId = text(record['requestId']) ?? '';
  switch (type.slice('platform.'.length)) {
    case 'start':
      return { type: 'start', requestId };
    case 'runtimeDone':
      return { type: 'runtimeDone', requestId };
    case 'end':
      return { type: 'end', requestId };
    case 'initStart':
      return { type: 'initStart' };
    case 'initRuntimeDone':
      return { type: 'initRuntimeDone' };
    case 'report':
      return jsonReport(requestId, record);
    case 'initReport':
      return {
        type: 'initReport',
        initializationType: text(record['initializationType']) ?? '',
        phase: record['phase'] === 'invoke' ? 'invoke' : 'init',
        durationMs: number(membersOf(record['metrics'])['durationMs']) ?? 0,
        ...jsonStatus(record),
      };
    case 'extension':
      return {
        type: 'extension',
        name: text(record['name']) ?? '',
        state: (text(record['state']) ?? '') as ExtensionStateName,
        events: texts(record['events']) as ExtensionEvent[],
        errorType: text(record['errorType']),
      };
    case 'telemetrySubscription':
    case 'logsSubscription':
      return {
        type: type === 'platform.logsSubscription' ? 'logsSubscription' : 'telemetrySubscription',
        name: text(record['name']) ?? '',
        types: texts(record['types']),
      };
    case 'logsDropped':
      return {
        type: 'logsDropped',
        reason: text(record['reason']) ?? '',
        droppedRecords: number(record['droppedRecords']) ?? 0,
        droppedBytes: number(record['droppedBytes']) ?? 0,
      };
    default:
      return { type: 'unknown' };
  }
}

function jsonReport(requestId: string, record: Members): ReadRecord {
  const metrics = membersOf(record['metrics']);
  return {
    type: 'report',
    requestId,
    durationMs: number(metrics['durationMs']) ?? 0,
    memoryMb: number(metrics['memorySizeMB']) ?? 0,
    maxMemoryMb: number(metrics['maxMemoryUsedMB']),
    initMs: number(metrics['initDurationMs']),
    ...jsonStatus(record),
  };
}

function jsonStatus(record: Members): { outcome: OutcomeName; errorType?: string | undefined } {
  return { outcome: outcomeOf(record['status']), errorType: text(record['errorType']) };
}

function outcomeOf(status: unknown): OutcomeName {
  return status === 'error' || status === 'failure' || status === 'timeout' ? status : 'success';
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
