import { applicationLevel, isAtLeast, systemLevel } from '../lambda/log-levels.js';
import { recordLine } from '../lambda/log-records.js';
import type { FunctionLog, PlatformLog } from './events.js';
import { textLine } from './text-line.js';

/**
 * The line that an event has in CloudWatch, without its line feed; undefined where it has none: a record that the
 * text format does not show, a level that the function's settings keep out, a blank line (recorded: localstack
 * test_lambda_runtimes, TestCloudwatchLogs::test_multi_line_prints prints two that are not in the log).
 */
export function cloudWatchLine(event: PlatformLog | FunctionLog): string | undefined {
  const { format } = event.logging;
  if (event.type === 'log') return isKept(event) ? event.line : undefined;
  if (format === 'Text') return textLine(event.record);
  const { record, time, logging } = event;
  return isAtLeast(systemLevel(record), logging.systemLevel) ? recordLine(record, time) : undefined;
}

function isKept({ line, logging: { format, applicationLevel: threshold } }: FunctionLog): boolean {
  if (/^\s*$/.test(line)) return false;
  // Nothing is below TRACE: then no line need be looked into.
  return format === 'Text' || threshold === 'TRACE' || isAtLeast(applicationLevel(line), threshold);
}
