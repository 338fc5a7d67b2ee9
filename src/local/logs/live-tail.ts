import type { LogGroup } from './log-store.js';
import type { LogEvent, LogStream } from './log-stream.js';

/** "The array can include as many as 500 log events"; more are sampled (API reference, LiveTailSessionUpdate). */
const MOST_EVENTS = 500;

export interface LiveTailQuery {
  readonly logStreamNames?: readonly string[] | undefined;
  readonly logStreamNamePrefixes?: readonly string[] | undefined;
  readonly matches: (message: string) => boolean;
}

/** The members of a `sessionUpdate`. */
export interface SessionUpdate {
  readonly sessionMetadata: { readonly sampled: boolean };
  readonly sessionResults: readonly SessionEvent[];
}

interface SessionEvent extends Omit<LogEvent, 'index'> {
  readonly logStreamName: string;
  readonly logGroupIdentifier: string;
}

/** What one Live Tail session has seen of some groups; events that were there before it are none of its business. */
export class LiveTail {
  /** By stream, the index of the first event that has not been seen. */
  private readonly seen = new Map<LogStream, number>();

  /** @param groups with the identifier to show for each */
  constructor(
    private readonly groups: readonly { readonly group: LogGroup; readonly identifier: string }[],
    private readonly query: LiveTailQuery,
  ) {
    for (const { group } of groups) {
      for (const stream of group.streams.values()) this.seen.set(stream, stream.end);
    }
  }

  /** What came since the last one. */
  update(): SessionUpdate {
    const found = this.groups.flatMap(({ group, identifier }) =>
      [...group.streams.values()]
        .filter((stream) => this.isWanted(stream))
        .flatMap((stream) => this.unseen(stream, identifier)),
    );
    found.sort((a, b) => a.ingestionTime - b.ingestionTime);
    const sampled = found.length > MOST_EVENTS;
    // Evenly, so that each part of a burst is there.
    const sessionResults = sampled
      ? Array.from({ length: MOST_EVENTS }, (_, at) => found[Math.floor((at * found.length) / MOST_EVENTS)]!)
      : found;
    return { sessionMetadata: { sampled }, sessionResults };
  }

  private isWanted({ name }: LogStream): boolean {
    const { logStreamNames: names, logStreamNamePrefixes: prefixes } = this.query;
    if (names) return names.includes(name);
    return !prefixes || prefixes.some((prefix) => name.startsWith(prefix));
  }

  private unseen(stream: LogStream, logGroupIdentifier: string): SessionEvent[] {
    const events = stream.since(this.seen.get(stream) ?? 0);
    this.seen.set(stream, stream.end);
    return events
      .filter(({ message }) => this.query.matches(message))
      .map(({ message, timestamp, ingestionTime }) => ({
        logStreamName: stream.name,
        logGroupIdentifier,
        message,
        timestamp,
        ingestionTime,
      }));
  }
}
