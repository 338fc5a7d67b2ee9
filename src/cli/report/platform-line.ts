import type pc from 'picocolors';
import type { PlatformRecord } from '../../lambda/log-records.js';
import type { ReadRecord } from '../../lambda/read-log-line.js';

type Colors = ReturnType<typeof pc.createColors>;

/** What Lambda itself says, for a person: a request is one line, when it is over. Undefined for what says no more. */
export function platformLine(record: PlatformRecord | ReadRecord, color: Colors): string | undefined {
  switch (record.type) {
    case 'initStart':
    case 'initRuntimeDone':
    case 'start':
    case 'end':
    case 'runtimeDone':
    case 'telemetrySubscription':
    case 'logsSubscription':
    case 'unknown':
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
