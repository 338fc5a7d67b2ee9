import pc from 'picocolors';
import { cloudWatchLine } from '../../local/cloudwatch-line.js';
import type { EventQueueNews, FunctionLog, LocalEvent, PlatformLog, TraceNews } from '../../local/events.js';
import { eventLine } from './event-line.js';
import { formatLogLine } from './log-line.js';
import { platformLine } from './platform-line.js';
import { traceTree } from './trace-tree.js';

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
  if (event.type === 'trace') return traceLines(event, options);
  switch (options.view) {
    case 'raw':
      return raw(event);
    case 'json':
      return [json(event)];
    case 'pretty':
      return pretty(event, options);
  }
}

/** No part of any log, as what becomes of events is none. */
function traceLines(news: TraceNews, options: LogViewOptions): string[] {
  switch (options.view) {
    case 'raw':
      return [];
    case 'json': {
      const { time, function: name, type, traceId, droppedSpans, spans } = news;
      const at = new Date(time).toISOString();
      return [JSON.stringify({ time: at, function: name, type, traceId, droppedSpans, spans })];
    }
    case 'pretty':
      return traceTree(news, pc.createColors(options.colors));
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

/** When it was, and of which function if that is a question. */
export function prefix(
  event: { readonly time: number; readonly function: string },
  { colors, severalFunctions }: Omit<LogViewOptions, 'view'>,
): string {
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
    return withParsed({ ...from, ...writer(event), requestId: event.requestId, line: event.line });
  const { type, ...record } = event.record;
  return JSON.stringify({ ...from, type: `platform.${type}`, ...record });
}

/** One JSON object; a line that is one itself is in it as `json` too, so that a reader need not parse twice. */
export function withParsed<T extends { readonly line: string }>(object: T): string {
  const text = JSON.stringify(object);
  return isObject(object.line) ? `${text.slice(0, -1)},"json":${object.line.trim()}}` : text;
}

function isObject(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
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
  const folded = platformLine(event.record, color);
  return folded === undefined ? [] : [`${prefix(event, options)}${folded}`];
}
