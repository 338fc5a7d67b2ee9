import { badToken } from '../../lambda/logs/errors.js';
import type { LogEvent, LogStream } from './log-stream.js';
import { MAX_PAGE_EVENTS, pageSize } from './page-size.js';

/** What FilterLogEvents asks for. */
export interface GroupQuery {
  readonly startTime?: number | undefined;
  /** Events after this time are left out. */
  readonly endTime?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly limit?: number | undefined;
  /** The oldest events first, unless it is false. */
  readonly startFromHead?: boolean | undefined;
  readonly matches: (message: string) => boolean;
}

/** An event with what FilterLogEvents tells of it beside. */
export interface FoundEvent extends LogEvent {
  readonly logStreamName: string;
  readonly eventId: string;
}

export interface GroupPage {
  readonly events: readonly FoundEvent[];
  /** Absent when there is no more. */
  readonly nextToken?: string;
}

/** The last event of a page, and which way it went on. */
interface Bookmark {
  readonly timestamp: number;
  readonly eventId: string;
  readonly descending: boolean;
}

/** The events of several streams that match, by "event timestamp, ingestion time and id" (API reference). */
export function groupPage(streams: readonly LogStream[], query: GroupQuery): GroupPage {
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, matches } = query;
  const bookmark = query.nextToken === undefined ? undefined : readToken(query.nextToken);
  // "On subsequent requests, the nextToken determines the sort direction" (API reference).
  const descending = bookmark?.descending ?? query.startFromHead === false;
  const sign = descending ? -1 : 1;
  const found = streams
    .flatMap((stream) =>
      stream
        .events()
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .map((event) => identified(event, stream)),
    )
    .sort((a, b) => sign * compare(a, b))
    .filter((event) => bookmark === undefined || sign * compare(event, bookmark) > 0)
    .filter((event) => matches(event.message));
  const events = found.slice(0, pageSize(found, query.limit ?? MAX_PAGE_EVENTS));
  const last = events.at(-1);
  if (!last || events.length === found.length) return { events };
  return { events, nextToken: writeToken({ ...last, descending }) };
}

/** AWS's ids have 56 digits, and are in the order of the events. */
function identified(event: LogEvent, stream: LogStream): FoundEvent {
  const ingestion = String(event.ingestionTime).padStart(16, '0');
  const eventId = `${ingestion}${numberOf(stream.name)}${String(event.index).padStart(20, '0')}`;
  return { ...event, logStreamName: stream.name, eventId };
}

const NUMBERS = 10n ** 20n;

/** 20 digits that only this stream has: of the random ones in its name. */
function numberOf(streamName: string): string {
  const hex = /[0-9a-f]{32}$/.exec(streamName)?.[0] ?? '0';
  return String(BigInt(`0x${hex}`) % NUMBERS).padStart(20, '0');
}

function compare(a: Pick<Bookmark, 'timestamp' | 'eventId'>, b: typeof a): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0;
}

function writeToken({ timestamp, eventId, descending }: Bookmark): string {
  return Buffer.from(`${descending ? '-' : '+'}${timestamp}/${eventId}`).toString('base64url');
}

function readToken(token: string): Bookmark {
  const text = Buffer.from(token, 'base64url').toString();
  const [, sign, timestamp, eventId] = /^([+-])(\d{1,16})\/(\d{56})$/.exec(text) ?? [];
  if (sign === undefined) throw badToken();
  return { timestamp: Number(timestamp), eventId: eventId!, descending: sign === '-' };
}
