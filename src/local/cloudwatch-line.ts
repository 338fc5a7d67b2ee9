import { applicationLevel, isAtLeast, type Logging, systemLevel } from '../lambda/log-levels.js';
import { type PlatformRecord, recordLine } from '../lambda/log-records.js';
import type { FunctionLog, PlatformLog } from './events.js';
import { textLine } from './text-line.js';

/**
 * The line that an event has in CloudWatch, without its line feed; undefined where it has none: a record that the
 * text format does not show, a level that the function's settings keep out, a blank line (recorded: localstack
 * test_lambda_runtimes, TestCloudwatchLogs::test_multi_line_prints prints two that are not in the log).
 */
export function cloudWatchLine(event: PlatformLog | FunctionLog): string | undefined {
  if (event.type === 'platform') return platformLine(event.record, event.time, event.logging);
  return /^\s*$/.test(event.line) || !passesLevel(event.line, event.logging) ? undefined : event.line;
}

/** Lambda's own line in the function's format. */
export function platformLine(record: PlatformRecord, time: number, logging: Logging): string | undefined {
  if (logging.format === 'Text') return textLine(record);
  return isAtLeast(systemLevel(record), logging.systemLevel) ? recordLine(record, time) : undefined;
}

/** Whether a function's own line is of a level that its settings let through. */
export function passesLevel(line: string, { format, applicationLevel: threshold }: Logging): boolean {
  // Nothing is below TRACE: then no line need be looked into.
  return format === 'Text' || threshold === 'TRACE' || isAtLeast(applicationLevel(line), threshold);
}
