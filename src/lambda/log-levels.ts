/**
 * Which lines a function's `SystemLogLevel` and `ApplicationLogLevel` let through (developer guide,
 * monitoring-cloudwatchlogs-log-level). They apply to the JSON format only.
 */
import type { PlatformRecord } from './log-records.js';

export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What `SystemLogLevel` may be (botocore, SystemLogLevel). */
export const SYSTEM_LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;
export type SystemLogLevel = (typeof SYSTEM_LOG_LEVELS)[number];

/** How a function logs, as its `LoggingConfig` says; the levels count in the JSON format only. */
export interface Logging {
  readonly format: 'Text' | 'JSON';
  readonly applicationLevel: LogLevel;
  readonly systemLevel: SystemLogLevel;
}

/** Whether something of this level is shown under this threshold. */
export function isAtLeast(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}

/** The level of one of Lambda's own records. */
export function systemLevel(record: PlatformRecord): LogLevel {
  switch (record.type) {
    case 'start':
    case 'telemetrySubscription':
    case 'logsSubscription':
      return 'INFO';
    case 'logsDropped':
      return 'WARN';
    case 'initStart':
      return record.runtimeVersion === undefined ? 'DEBUG' : 'INFO';
    case 'extension':
      return record.errorType === undefined ? 'INFO' : 'WARN';
    case 'runtimeDone':
    case 'initRuntimeDone':
      return record.outcome === 'success' ? 'DEBUG' : 'WARN';
    case 'report':
      return record.outcome === 'success' ? 'INFO' : 'WARN';
    case 'initReport':
      if (record.outcome !== 'success') return 'WARN';
      return record.initializationType === 'on-demand' ? 'DEBUG' : 'INFO';
  }
}

/** The level of a line that the function wrote: that of a JSON object with a known `level`, else INFO. */
export function applicationLevel(line: string): LogLevel {
  // Most lines are text: they are told by their first character, without the cost of a failing parse.
  if (!line.trimStart().startsWith('{')) return 'INFO';
  try {
    const level: unknown = (JSON.parse(line) as { level?: unknown }).level;
    return typeof level === 'string' ? (knownLevel(level) ?? 'INFO') : 'INFO';
  } catch {
    return 'INFO';
  }
}

/** A level by its name in any case. */
export function knownLevel(name: string): LogLevel | undefined {
  const upper = name.toUpperCase();
  return LOG_LEVELS.find((level) => level === upper);
}
