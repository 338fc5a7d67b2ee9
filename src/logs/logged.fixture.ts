import { endLine, reportLine, startLine } from '../lambda/log-lines.js';
import { type LogEvent, type LoggedLine, loggedLine } from './log-line.js';
import { type EventsQuery, type LogsSource, NoGroup } from './source.js';

export const GROUP = '/aws/lambda/hello';
const STREAM = '2026/11/27/[$LATEST]00000000000000000000000000000000';

export function event(time: number, message: string, stream = STREAM): LogEvent {
  return { id: `${stream} ${time} ${message}`, stream, time, message };
}

export function line(time: number, message: string, stream = STREAM): LoggedLine {
  return loggedLine(GROUP, event(time, message, stream));
}

export function request(id: string, from: number, own: readonly string[], stream = STREAM): LogEvent[] {
  const report = { requestId: id, durationMs: 1, memoryMb: 128, outcome: 'success' } as const;
  const messages = [
    startLine({ requestId: id, version: '$LATEST' }),
    ...own,
    endLine({ requestId: id }),
    reportLine(report),
  ];
  return messages.map((message, index) => event(from + index, message, stream));
}

export interface FakeLogs extends LogsSource {
  readonly asked: EventsQuery[];
  readonly content: Map<string, LogEvent[]>;
}

/** CloudWatch as far as reading goes: pages of two events, and a pattern that is a quoted text. */
export function fakeLogs(content: Readonly<Record<string, readonly LogEvent[]>>): FakeLogs {
  const groups = new Map(Object.entries(content).map(([name, events]) => [name, [...events]]));
  const asked: EventsQuery[] = [];
  return {
    asked,
    content: groups,
    groups: async (prefix) => [...groups.keys()].filter((name) => name.startsWith(prefix)),
    groupOf: async (name) => `/aws/lambda/${name}`,
    async *events(query) {
      asked.push(query);
      const { group, streams, startMs, endMs = Number.POSITIVE_INFINITY, pattern = '""' } = query;
      const all = groups.get(group);
      if (!all) throw new NoGroup(group);
      const found = all
        .filter(({ time, stream }) => time >= startMs && time < endMs && (streams?.includes(stream) ?? true))
        .filter(({ message }) => message.includes(pattern.slice(1, -1)))
        .sort((a, b) => a.time - b.time);
      for (let at = 0; at < found.length; at += 2) yield found.slice(at, at + 2);
    },
    insights: async () => ({ rows: [], recordsMatched: 0, bytesScanned: 0 }),
    close: () => {},
  };
}
