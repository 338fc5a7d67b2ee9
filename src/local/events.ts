import type { Logging } from '../lambda/log-levels.js';
import type { PlatformRecord } from '../lambda/log-records.js';

/** Which function, which of its environments, and when (epoch milliseconds). */
interface From {
  readonly function: string;
  /** The environment's number within its function, counted from 1. */
  readonly environment: number;
  readonly logStream: string;
  readonly time: number;
}

/** What Lambda itself logs: an init, START, END, REPORT; as facts, to be shown in whichever format. */
export interface PlatformLog extends From {
  readonly type: 'platform';
  /** How the record would be written, and whether at all. */
  readonly logging: Logging;
  readonly record: PlatformRecord;
}

/** One line that the function, or an external extension, wrote to stdout or stderr, without its line break. */
export interface FunctionLog extends From {
  readonly type: 'log';
  /** Undefined for a line written outside of any invocation, such as during init. */
  readonly requestId?: string | undefined;
  readonly logging: Logging;
  readonly line: string;
  /** The external extension that wrote it; undefined when it was the function. */
  readonly extension?: string | undefined;
}

export interface EnvironmentClosed extends From {
  readonly type: 'environment.closed';
  readonly reason: 'idle' | 'replaced' | 'closing';
}

/**
 * What happens in a local Lambda service, told as plain data: one stream feeds the terminal, the log lines and
 * whoever embeds the service.
 */
export type LocalEvent = PlatformLog | FunctionLog | EnvironmentClosed;
export type LocalEventListener = (event: LocalEvent) => void;
