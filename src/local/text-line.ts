import {
  endLine,
  extensionLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
  subscriptionLine,
} from '../lambda/log-lines.js';
import type { PlatformRecord } from '../lambda/log-records.js';

/** The line that a record has in the text format, without its line feed; undefined where that format shows none. */
export function textLine(record: PlatformRecord): string | undefined {
  switch (record.type) {
    case 'initStart':
      return record.runtimeVersion && initStartLine({ ...record, runtimeVersion: record.runtimeVersion });
    case 'initReport':
      // A successful init on demand is told by the REPORT line.
      return record.outcome === 'success' && record.initializationType === 'on-demand'
        ? undefined
        : initReportLine(record);
    case 'extension':
      return extensionLine(record);
    case 'start':
      return startLine(record);
    case 'runtimeDone':
      return endLine(record);
    case 'report':
      return reportLine(record);
    case 'telemetrySubscription':
      return subscriptionLine('TELEMETRY', record);
    case 'logsSubscription':
      return subscriptionLine('LOGS', record);
    case 'initRuntimeDone':
    case 'logsDropped':
      return undefined;
  }
}
