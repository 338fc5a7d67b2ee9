import type { Logging } from '../../lambda/log-levels.js';
import type { FunctionLog, PlatformLog } from '../events.js';
import { type Holding, LogStream } from './log-stream.js';

/** Events as the service tells them, for tests of what is kept of them. */

const TEXT: Logging = { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO' };
const JSON_FORMAT: Logging = { ...TEXT, format: 'JSON' };

const STREAM = '2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef';

export function line(text: string, time: number, logStream = STREAM): FunctionLog {
  return { type: 'log', line: text, logging: TEXT, function: 'hello', environment: 1, logStream, time };
}

/** A line with a time of its own, of a function with the JSON format. */
export function timedLine(timestamp: number, time: number, logStream = STREAM): FunctionLog {
  const text = JSON.stringify({ timestamp: new Date(timestamp).toISOString(), at: time });
  return { ...line(text, time, logStream), logging: JSON_FORMAT };
}

export function start(time: number, logStream = STREAM): PlatformLog {
  const record = { type: 'start', requestId: 'id', functionArn: 'arn', version: '$LATEST' } as const;
  return { type: 'platform', record, logging: TEXT, function: 'hello', environment: 1, logStream, time };
}

export function streamOf(
  events: readonly (FunctionLog | PlatformLog)[],
  name = STREAM,
  holding: Holding = { events: 0, bytes: 0 },
): LogStream {
  const stream = new LogStream(name, 0, holding);
  for (const event of events) stream.take(event);
  return stream;
}
