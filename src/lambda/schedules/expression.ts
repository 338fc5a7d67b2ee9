/**
 * Schedule expressions of EventBridge: `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2026-11-27T12:00:00)` (EventBridge
 * user guide, "Cron and rate expressions"; EventBridge Scheduler user guide, "Schedule types").
 */
import { type Cron, cronMatches, parseCron } from './cron.js';
import { type LocalTime, localTime, utcOf } from './time-zone.js';

export type Expression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron; readonly timezone: string }
  | { readonly kind: 'at'; readonly atMs: number };

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @returns a text that says what is wrong with it, for a person */
export function parseExpression(text: string, timezone = 'UTC'): Expression | string {
  const rate = /^rate\(\s*(\d+)\s+(minute|hour|day)(s?)\s*\)$/.exec(text);
  if (rate) {
    const count = Number(rate[1]);
    const unit = rate[2] ?? '';
    if (count === 0) return `${text}: a rate is 1 or more`;
    // "rate(1 hours)" is refused by EventBridge, and so is "rate(5 minute)".
    if ((count === 1) === (rate[3] === 's'))
      return `${text}: write ${count} ${unit}${count === 1 ? '' : 's'}`;
    return { kind: 'rate', everyMs: count * (UNITS[unit] ?? 0) };
  }
  const cron = /^cron\((.+)\)$/.exec(text);
  if (cron) {
    const parsed = parseCron(cron[1] ?? '');
    return typeof parsed === 'string' ? `${text}: ${parsed}` : { kind: 'cron', cron: parsed, timezone };
  }
  const at = /^at\((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\)$/.exec(text);
  if (at) {
    const [year, month, day, hour, minute, second] = at.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { kind: 'at', atMs: utcOf({ year, month, day, hour, minute }, timezone) + second * 1000 };
  }
  return `${text} is neither rate(…), cron(…) nor at(…)`;
}

/**
 * The next time, in epoch milliseconds, that is later than `afterMs`; undefined when there is none.
 * @param startMs when the schedule began: rates count from there
 */
export function nextTime(expression: Expression, afterMs: number, startMs: number): number | undefined {
  switch (expression.kind) {
    case 'rate': {
      const { everyMs } = expression;
      return startMs + (Math.floor((afterMs - startMs) / everyMs) + 1) * everyMs;
    }
    case 'at':
      return expression.atMs > afterMs ? expression.atMs : undefined;
    case 'cron':
      return nextCron(expression.cron, expression.timezone, afterMs);
  }
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A leap day that has to be a Monday comes every 28 years. */
const SEARCH_MS = 29 * 366 * DAY_MS;

function nextCron(cron: Cron, timezone: string, afterMs: number): number | undefined {
  let at = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  const end = at + SEARCH_MS;
  while (at < end) {
    const time = localTime(at, timezone);
    const fits = cronMatches(cron, time);
    if (fits === 'fits') return at;
    at =
      fits === 'not-this-minute'
        ? at + MINUTE_MS
        : fits === 'not-this-hour'
          ? nextHour(at, time)
          : nextDay(at, time);
  }
  return undefined;
}

function nextHour(at: number, { minute }: LocalTime): number {
  return at + HOUR_MS - minute * MINUTE_MS;
}

/** Never past the beginning of the next day: clocks may be put forward or back in between. */
function nextDay(at: number, { hour, minute }: LocalTime): number {
  return hour < 22 ? at + (22 - hour) * HOUR_MS - minute * MINUTE_MS : nextHour(at, { minute } as LocalTime);
}
