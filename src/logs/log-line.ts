import { applicationLevel, knownLevel, type LogLevel } from '../lambda/log-levels.js';
import { type ReadRecord, readPlatformLine } from '../lambda/read-log-line.js';

/** An event of CloudWatch Logs, from wherever it was read. */
export interface LogEvent {
  /** Unique in its group. */
  readonly id: string;
  readonly stream: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: string;
}

/** An event whose function is known, and which has been looked into. */
export interface LoggedLine extends LogEvent {
  readonly function: string;
  readonly group: string;
  /** What Lambda itself says with it; undefined for a line of the function's. */
  readonly record: ReadRecord | undefined;
}

const LAMBDA_GROUP = '/aws/lambda/';

/** The group of a function that has not been given another. */
export function groupOf(functionName: string): string {
  return LAMBDA_GROUP + functionName;
}

/**
 * Whose a stream is: in a group of the user's choice it says so itself, `YYYY/MM/DD/<function>[<version>]<hex>`
 * (lambda/log-lines.ts); else the group does.
 */
export function functionOf(group: string, stream: string): string {
  const named = /^\d{4}\/\d\d\/\d\d\/([^/[\]]+)\[[^\]]*\]/.exec(stream)?.[1];
  return named ?? (group.startsWith(LAMBDA_GROUP) ? group.slice(LAMBDA_GROUP.length) : group);
}

export function loggedLine(group: string, event: LogEvent): LoggedLine {
  const message = event.message.replace(/\r?\n$/, '');
  const { stream } = event;
  return {
    ...event,
    message,
    group,
    function: functionOf(group, stream),
    record: readPlatformLine(message),
  };
}

const TEXT_LEVEL = /^\s*(?:\d{4}-\d\d-\d\dT\S+\s+)?\[?(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b/;

/** The level of a line that the function wrote: JSON's, or the word that text of `tracing` and others begins with. */
export function levelOf(message: string): LogLevel {
  if (message.trimStart().startsWith('{')) return applicationLevel(message);
  const word = TEXT_LEVEL.exec(message)?.[1];
  return word === undefined ? 'INFO' : (knownLevel(word === 'WARNING' ? 'WARN' : word) ?? 'INFO');
}

/** The request that a line names itself: in lambda_runtime's span, or as AWS's own libraries write it. */
export function requestIdIn(message: string): string | undefined {
  const found =
    /"(?:requestId|request_id|AWSRequestId|faas\.invocation_id)"\s*:\s*"([0-9a-f-]{36})"|\b(?:requestId|faas\.invocation_id)="?([0-9a-f-]{36})/.exec(
      message,
    );
  return found?.[1] ?? found?.[2];
}
