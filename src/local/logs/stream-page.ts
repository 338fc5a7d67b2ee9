import { badToken } from '../../lambda/logs/errors.js';
import type { LogEvent } from './log-stream.js';
import { MAX_PAGE_EVENTS, pageSize } from './page-size.js';

/** What GetLogEvents asks for. */
export interface StreamQuery {
  readonly startTime?: number | undefined;
  /** Events of this time or later are left out. */
  readonly endTime?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly limit?: number | undefined;
  readonly startFromHead?: boolean | undefined;
}

export interface StreamPage {
  readonly events: readonly LogEvent[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

/**
 * A place between two events, by the time and index of its neighbour: it stays the same place whatever comes or is
 * forgotten. Tokens have AWS's form, `f/` or `b/`, 56 digits and `/s`.
 */
interface Place {
  readonly timestamp: number;
  readonly index: number;
  readonly after: boolean;
}

const TOKEN = /^([fb])\/(\d{20})(\d{35})([01])\/s$/;

/** One page of a stream's events; `events` are in the order of time. The tokens lead on in both directions. */
export function streamPage(events: readonly LogEvent[], query: StreamQuery): StreamPage {
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = query;
  const inRange = events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
  const limit = query.limit ?? MAX_PAGE_EVENTS;
  const { forward, from } = whereTo(inRange, query);
  const candidates = forward ? inRange.slice(from) : inRange.slice(0, from);
  const count = pageSize(forward ? candidates : candidates.toReversed(), limit);
  const page = forward ? candidates.slice(0, count) : candidates.slice(candidates.length - count);
  const first = page[0];
  const last = page.at(-1);
  if (first && last)
    return {
      events: page,
      nextForwardToken: token('f', { ...last, after: true }),
      nextBackwardToken: token('b', { ...first, after: false }),
    };
  // "If you have reached the end of the stream, it returns the same token you passed in" (API reference).
  const here = query.nextToken?.slice(2) ?? token('f', placeBefore(inRange[from])).slice(2);
  return { events: [], nextForwardToken: `f/${here}`, nextBackwardToken: `b/${here}` };
}

function whereTo(
  events: readonly LogEvent[],
  { nextToken, startFromHead = false }: StreamQuery,
): { forward: boolean; from: number } {
  if (nextToken === undefined) return { forward: startFromHead, from: startFromHead ? 0 : events.length };
  const [, direction, timestamp, index, after] = TOKEN.exec(nextToken) ?? [];
  if (direction === undefined) throw badToken();
  const place = { timestamp: Number(timestamp), index: Number(index), after: after === '1' };
  const from = events.findIndex((event) => !isBefore(event, place));
  return { forward: direction === 'f', from: from === -1 ? events.length : from };
}

function isBefore(event: LogEvent, { timestamp, index, after }: Place): boolean {
  if (event.timestamp !== timestamp) return event.timestamp < timestamp;
  return after ? event.index <= index : event.index < index;
}

function placeBefore(event: LogEvent | undefined): Place {
  return event ? { ...event, after: false } : { timestamp: 0, index: 0, after: false };
}

function token(direction: 'f' | 'b', { timestamp, index, after }: Place): string {
  const digits = String(timestamp).padStart(20, '0') + String(index).padStart(35, '0');
  return `${direction}/${digits}${after ? 1 : 0}/s`;
}
