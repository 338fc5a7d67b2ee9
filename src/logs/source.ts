import type { LogEvent } from './log-line.js';

export interface EventsQuery {
  readonly group: string;
  readonly streams?: readonly string[] | undefined;
  /** Epoch milliseconds; the end is not included. */
  readonly startMs: number;
  readonly endMs?: number | undefined;
  /** In CloudWatch's filter pattern syntax. */
  readonly pattern?: string | undefined;
}

export interface InsightsQuery {
  readonly groups: readonly string[];
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface InsightsResult {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly recordsMatched: number;
  readonly bytesScanned: number;
}

/** Where logs are: CloudWatch Logs' API, AWS's or a local service's (src/aws/logs.ts). */
export interface LogsSource {
  /** Names of the groups that there are. */
  groups(prefix: string): Promise<string[]>;
  /** The log group of a deployed function. */
  groupOf(functionName: string): Promise<string>;
  /**
   * Pages of events in the order of their time.
   * @throws NoGroup when there is no such group
   */
  events(query: EventsQuery): AsyncIterable<readonly LogEvent[]>;
  /** @param onProgress told of how much has been scanned */
  insights(query: InsightsQuery, onProgress: (bytesScanned: number) => void): Promise<InsightsResult>;
  close(): void;
}

/** The group is not there, which for a function that has not run yet is no mistake. */
export class NoGroup extends Error {
  constructor(readonly group: string) {
    super(`There is no log group ${group}.`);
  }
}
