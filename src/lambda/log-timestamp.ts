/**
 * The time that a line of the JSON format gives itself: its `timestamp`, in RFC 3339. Lambda gives a line without
 * a valid one the time at which it was written (developer guide, monitoring-cloudwatchlogs-log-level).
 */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** CloudWatch Logs takes no event that is older or newer than this (API reference, PutLogEvents). */
const OLDEST_MS = 14 * 24 * 3_600_000;
const NEWEST_MS = 2 * 3_600_000;

/** Epoch milliseconds; undefined without a valid `timestamp`, or with one that CloudWatch Logs would not take. */
export function ownTimestamp(line: string, nowMs: number): number | undefined {
  // Most lines are text: they are told by their first character, without the cost of a failing parse.
  if (!line.trimStart().startsWith('{')) return undefined;
  const written = member(line);
  if (typeof written !== 'string' || !RFC_3339.test(written)) return undefined;
  const time = Date.parse(written.toUpperCase().replace(' ', 'T'));
  return time >= nowMs - OLDEST_MS && time <= nowMs + NEWEST_MS ? time : undefined;
}

function member(line: string): unknown {
  try {
    return (JSON.parse(line) as { timestamp?: unknown }).timestamp;
  } catch {
    return undefined;
  }
}
