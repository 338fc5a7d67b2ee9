/**
 * EventBridge's cron expressions: minutes, hours, day of month, month, day of week, year; exactly one of the days is `?`
 * (EventBridge user guide, "Cron expressions").
 */
import type { LocalTime } from './time-zone.js';

export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: (time: LocalTime) => boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Sunday is 1. */
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** @returns what is wrong with it, when it is no such expression */
export function parseCron(text: string): Cron | string {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6) return 'a cron expression has six fields';
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return 'one of day of month and day of week has to be ?, and only one';
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = numbers(month, 1, 12, MONTHS);
  const years = numbers(year, 1970, 2199);
  const isDay = dayOfWeek === '?' ? inMonth(dayOfMonth) : inWeek(dayOfWeek);
  if (!minutes || !hours || !months || !years || !isDay) return 'it has a field that cannot be read';
  return { minutes, hours, months, years, isDay };
}

/** Whether it is now; else how far on it is worth looking. */
export function cronMatches(
  cron: Cron,
  time: LocalTime,
): 'fits' | 'not-this-minute' | 'not-this-hour' | 'not-this-day' {
  if (!cron.years.has(time.year) || !cron.months.has(time.month) || !cron.isDay(time)) return 'not-this-day';
  if (!cron.hours.has(time.hour)) return 'not-this-hour';
  return cron.minutes.has(time.minute) ? 'fits' : 'not-this-minute';
}

/** `*`, `5`, `1-5`, `0/15`, `MON-FRI`, and lists of them. */
function numbers(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const found = new Set<number>();
  const value = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const first = range === '*' ? least : value(from);
    const last = range === '*' || (to === undefined && step !== undefined) ? most : value(to ?? from);
    const by = step === undefined ? 1 : Number(step);
    if (!(first >= least && last <= most && Number.isInteger(by) && by > 0)) return undefined;
    // FRI-MON goes over the end of the week.
    const length = last >= first ? last - first : last + (most - least + 1) - first;
    for (let at = 0; at <= length; at += by) found.add(((first - least + at) % (most - least + 1)) + least);
  }
  return found;
}

/** `L` is the last day, `15W` the weekday nearest to the 15th, `LW` the last weekday. */
function inMonth(field: string): Cron['isDay'] | undefined {
  if (field === 'L') return (time) => time.day === daysIn(time);
  if (field === 'LW') return (time) => time.day === nearestWeekday(time, daysIn(time));
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined)
    return (time) => Number(near) <= daysIn(time) && time.day === nearestWeekday(time, Number(near));
  const days = numbers(field, 1, 31);
  return days && ((time) => days.has(time.day));
}

/** `L` is Saturday, `5L` the last Thursday of the month, `3#2` its second Tuesday. */
function inWeek(field: string): Cron['isDay'] | undefined {
  if (field === 'L') return (time) => weekday(time) === 7;
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last !== undefined) {
    const [wanted] = numbers(last, 1, 7, DAYS) ?? [];
    return wanted === undefined
      ? undefined
      : (time) => weekday(time) === wanted && time.day + 7 > daysIn(time);
  }
  const [day = '', nth] = field.split('#');
  if (nth !== undefined) {
    const [wanted] = numbers(day, 1, 7, DAYS) ?? [];
    const number = /^[1-5]$/.test(nth) ? Number(nth) : undefined;
    if (wanted === undefined || number === undefined) return undefined;
    return (time) => weekday(time) === wanted && Math.ceil(time.day / 7) === number;
  }
  const days = numbers(field, 1, 7, DAYS);
  return days && ((time) => days.has(weekday(time)));
}

function daysIn({ year, month }: LocalTime): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Sunday is 1. */
function weekday({ year, month, day }: LocalTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** Within the month: from Saturday the 1st it goes to Monday the 3rd. */
function nearestWeekday(time: LocalTime, day: number): number {
  const on = weekday({ ...time, day });
  if (on === 7) return day > 1 ? day - 1 : day + 2;
  if (on === 1) return day < daysIn(time) ? day + 1 : day - 2;
  return day;
}
