import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime, parseExpression } from './expression.js';
import { localTime, utcOf } from './time-zone.js';

const at = (text: string) => Date.parse(text);

function next(expression: string, after: string, timezone?: string, times = 1): string[] {
  const parsed = parseExpression(expression, timezone);
  if (typeof parsed === 'string') throw new Error(parsed);
  const found: string[] = [];
  let ms: number | undefined = at(after);
  while (ms !== undefined && found.length < times) {
    ms = nextTime(parsed, ms, at(after));
    if (ms !== undefined) found.push(new Date(ms).toISOString().slice(0, 16));
  }
  return found;
}

describe('a schedule comes next', () => {
  it.each([
    // The examples of the EventBridge user guide, "Cron expressions".
    ['cron(0 10 * * ? *)', '2026-11-27T10:00:00Z', ['2026-11-28T10:00', '2026-11-29T10:00']],
    ['cron(15 12 * * ? *)', '2026-11-27T00:00:00Z', ['2026-11-27T12:15']],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-27T18:00:00Z', ['2026-11-30T18:00']],
    ['cron(0 8 1 * ? *)', '2026-11-27T00:00:00Z', ['2026-12-01T08:00', '2027-01-01T08:00']],
    ['cron(0/15 * * * ? *)', '2026-11-27T09:31:20Z', ['2026-11-27T09:45', '2026-11-27T10:00']],
    ['cron(0/10 * ? * MON-FRI *)', '2026-11-27T23:55:00Z', ['2026-11-30T00:00']],
    ['cron(0/5 8-17 ? * MON-FRI *)', '2026-11-27T17:55:00Z', ['2026-11-30T08:00']],
    ['cron(0 9 ? * 2#1 *)', '2026-11-27T00:00:00Z', ['2026-12-07T09:00', '2027-01-04T09:00']],
    ['cron(0 9 L * ? *)', '2026-11-27T00:00:00Z', ['2026-11-30T09:00', '2026-12-31T09:00']],
    ['cron(0 9 LW * ? *)', '2027-01-01T00:00:00Z', ['2027-01-29T09:00']],
    ['cron(0 9 15W * ? *)', '2026-11-01T00:00:00Z', ['2026-11-16T09:00']],
    ['cron(0 9 1W * ? *)', '2026-07-31T12:00:00Z', ['2026-08-03T09:00']],
    ['cron(0 9 ? * 6L *)', '2026-11-01T00:00:00Z', ['2026-11-27T09:00']],
    ['cron(0 9 ? * L *)', '2026-11-27T00:00:00Z', ['2026-11-28T09:00']],
    ['cron(0 12 29 FEB ? *)', '2026-11-27T00:00:00Z', ['2028-02-29T12:00', '2032-02-29T12:00']],
    ['cron(0 0 1 1 ? 2027-2028)', '2026-11-27T00:00:00Z', ['2027-01-01T00:00', '2028-01-01T00:00']],
    ['rate(5 minutes)', '2026-11-27T09:00:00Z', ['2026-11-27T09:05', '2026-11-27T09:10']],
    ['rate(1 day)', '2026-11-27T09:00:00Z', ['2026-11-28T09:00']],
    ['at(2026-12-24T18:00:00)', '2026-11-27T09:00:00Z', ['2026-12-24T18:00']],
  ])('%s after %s', (expression, after, times) => {
    expect(next(expression, after, undefined, times.length)).toEqual(times);
  });

  it('never, when its time is over', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-11-27T00:00:00Z')).toEqual([]);
    expect(next('at(2026-11-27T09:00:00)', '2026-11-27T09:00:00Z')).toEqual([]);
  });

  it('by the clocks of its time zone, also when they change', () => {
    expect(next('cron(30 8 * * ? *)', '2027-03-27T12:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2027-03-28T06:30',
      '2027-03-29T06:30',
    ]);
    expect(next('cron(30 8 * * ? *)', '2026-10-24T12:00:00Z', 'Europe/Berlin', 1)).toEqual([
      '2026-10-25T07:30',
    ]);
    expect(next('at(2026-12-24T18:00:00)', '2026-11-27T09:00:00Z', 'America/New_York')).toEqual([
      '2026-12-24T23:00',
    ]);
    expect(next('cron(0 0 * * ? *)', '2026-11-27T12:00:00Z', 'Asia/Kathmandu')).toEqual(['2026-11-27T18:15']);
  });

  it('always later, and at a time that its fields name', () => {
    fc.assert(
      fc.property(
        fc.nat(59),
        fc.nat(23),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        (minute, hour, after, timezone) => {
          const parsed = parseExpression(`cron(${minute} ${hour} * * ? *)`, timezone);
          if (typeof parsed === 'string') throw new Error(parsed);
          const found = nextTime(parsed, after, after) ?? Number.NaN;
          expect(found).toBeGreaterThan(after);
          // A time that clocks skip comes a day later.
          expect(found - after).toBeLessThanOrEqual(49 * 3_600_000);
          expect(localTime(found, timezone)).toMatchObject({ hour, minute });
        },
      ),
    );
  });

  it('finds the moment that clocks show', () => {
    const time = { year: 2026, month: 7, day: 1, hour: 12, minute: 30 };
    expect(new Date(utcOf(time, 'Europe/Berlin')).toISOString()).toBe('2026-07-01T10:30:00.000Z');
  });
});

describe('what is no schedule is told', () => {
  it.each([
    ['rate(0 minutes)', 'a rate is 1 or more'],
    ['rate(1 hours)', 'write 1 hour'],
    ['rate(5 minute)', 'write 5 minutes'],
    ['cron(0 10 * * * *)', 'one of day of month and day of week has to be ?'],
    ['cron(0 10 ? * ? *)', 'one of day of month and day of week has to be ?'],
    ['cron(0 10 * *)', 'six fields'],
    ['cron(60 10 * * ? *)', 'a field that cannot be read'],
    ['cron(0 10 ? * MUN *)', 'a field that cannot be read'],
    ['cron(0/0 10 * * ? *)', 'a field that cannot be read'],
    ['every day', 'neither rate'],
  ])('%s', (expression, problem) => {
    expect(parseExpression(expression)).toContain(problem);
  });
});
