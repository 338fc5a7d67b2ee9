import pc from 'picocolors';
import { cloudWatchLine } from '../../local/cloudwatch-line.js';
import type { EventQueueNews, FunctionLog, LocalEvent, PlatformLog } from '../../local/events.js';
import { eventLine } from './event-line.js';
import { formatLogLine } from './log-line.js';

/** How the functions' logs are shown: for a person, as CloudWatch would have them, or as one JSON object a line. */
export const LOG_VIEWS = ['pretty', 'raw', 'json'] as const;
export type LogView = (typeof LOG_VIEWS)[number];

export interface LogViewOptions {
  readonly view: LogView;
  readonly colors: boolean;
  /** Whether lines must say which function they are of. */
  readonly severalFunctions: boolean;
}

/** The lines that an event has in a view; most have one. */
export function logLines(event: LocalEvent, options: LogViewOptions): string[] {
  if (event.type === 'environment.closed' || event.type === 'provisioning') return [];
  if (event.type === 'debugger') return [];
  if (event.type === 'event-queue') return newsLines(event, options);
  switch (options.view) {
    case 'raw':
      return raw(event);
    case 'json':
      return [json(event)];
    case 'pretty':
      return pretty(event, options);
  }
}

/** No part of any log: CloudWatch has none of it. */
function newsLines(event: EventQueueNews, options: LogViewOptions): string[] {
  switch (options.view) {
    case 'raw':
      return [];
    case 'json': {
      const { time, function: name, requestId } = event;
      const { type, ...record } = event.record;
      const from = { time: new Date(time).toISOString(), function: name };
      return [JSON.stringify({ ...from, type: `event-queue.${type}`, requestId, ...record })];
    }
    case 'pretty':
      return [`${prefix(event, options)}${eventLine(event, pc.createColors(options.colors))}`];
  }
}

function prefix(event: { time: number; function: string }, { colors, severalFunctions }: LogViewOptions) {
  const color = pc.createColors(colors);
  const clock = color.dim(new Date(event.time).toTimeString().slice(0, 8));
  return severalFunctions ? `${clock} ${color.cyan(event.function)} ` : `${clock} `;
}

function raw(event: PlatformLog | FunctionLog): string[] {
  const line = cloudWatchLine(event);
  return line === undefined ? [] : [line];
}

function json(event: PlatformLog | FunctionLog): string {
  const { time, function: name, environment, logStream } = event;
  const from = { time: new Date(time).toISOString(), function: name, environment, logStream };
  if (event.type === 'log')
    return JSON.stringify({ ...from, ...writer(event), requestId: event.requestId, line: event.line });
  const { type, ...record } = event.record;
  return JSON.stringify({ ...from, type: `platform.${type}`, ...record });
}

/** Who wrote the line, as the Telemetry API says it. */
function writer({ extension }: FunctionLog): Record<string, string> {
  return extension === undefined ? { type: 'function' } : { type: 'extension', extension };
}

function pretty(event: PlatformLog | FunctionLog, options: LogViewOptions): string[] {
  const color = pc.createColors(options.colors);
  if (event.type === 'log') {
    const extension = event.extension === undefined ? '' : `${color.magenta(event.extension)} `;
    return [`${prefix(event, options)}${extension}${formatLogLine(event.line, color)}`];
  }
  const folded = fold(event, color);
  return folded === undefined ? [] : [`${prefix(event, options)}${folded}`];
}

/** A request is one line, when it is over. */
function fold({ record }: PlatformLog, color: ReturnType<typeof pc.createColors>): string | undefined {
  switch (record.type) {
    case 'initStart':
    case 'initRuntimeDone':
    case 'start':
    case 'runtimeDone':
    case 'telemetrySubscription':
    case 'logsSubscription':
      return undefined;
    case 'logsDropped':
      return color.yellow(`! ${record.droppedRecords} telemetry records were dropped: ${record.reason}`);
    case 'extension':
      if (record.errorType === undefined) return undefined;
      return color.red(`✗ extension ${record.name} ${record.state}${because(record.errorType)}`);
    case 'initReport':
      if (record.outcome === 'success') return undefined;
      return color.red(
        `✗ init ${record.outcome}${because(record.errorType)} after ${record.durationMs.toFixed(0)} ms`,
      );
    case 'report': {
      const facts = [
        `${record.durationMs.toFixed(2)} ms`,
        ...(record.initMs === undefined ? [] : [`init ${record.initMs.toFixed(0)} ms`]),
        ...(record.maxMemoryMb === undefined ? [] : [`${record.maxMemoryMb} of ${record.memoryMb} MB`]),
        color.dim(record.requestId),
      ].join(color.dim(' · '));
      if (record.outcome === 'success') return `${color.green('✓')} ${facts}`;
      return `${color.red(`✗ ${record.outcome}${because(record.errorType)}`)} ${facts}`;
    }
  }
}

function because(errorType: string | undefined): string {
  return errorType === undefined ? '' : ` ${errorType}`;
}
