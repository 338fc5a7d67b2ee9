import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterThrottle,
  EVENT_INVOKE_DEFAULTS,
  isTooOld,
  RETRY_DELAYS_MS,
} from './async-retry.js';

const T = 1_700_000_000_000;
const config = (maximumRetryAttempts: number, maximumEventAgeSeconds = 21_600) => ({
  maximumRetryAttempts,
  maximumEventAgeSeconds,
});

describe('after a failed attempt', () => {
  it.each([
    ['the first retry comes after a minute', 1, config(2), 0, { kind: 'again', at: T + 60_000 }],
    ['the second after two more', 2, config(2), 60_100, { kind: 'again', at: T + 180_100 }],
    ['there is no third', 3, config(2), 180_200, { kind: 'over', condition: 'RetriesExhausted' }],
    ['one retry was asked for', 2, config(1), 60_100, { kind: 'over', condition: 'RetriesExhausted' }],
    ['none was', 1, config(0), 5, { kind: 'over', condition: 'RetriesExhausted' }],
    ['the age is looked at ahead', 1, config(2, 60), 5, { kind: 'over', condition: 'EventAgeExceeded' }],
    ['before the second too', 2, config(2, 150), 60_100, { kind: 'over', condition: 'EventAgeExceeded' }],
    [
      'retries that are used up come first',
      1,
      config(0, 60),
      5,
      { kind: 'over', condition: 'RetriesExhausted' },
    ],
    ['just young enough', 1, config(2, 61), 999, { kind: 'again', at: T + 60_999 }],
  ] as const)('%s', (_what, attempts, settings, ageMs, next) => {
    expect(
      afterFailure({ acceptedAt: T, attempts, requeues: 0 }, settings, RETRY_DELAYS_MS, T + ageMs),
    ).toEqual(next);
  });

  it('takes the last delay for all that follow, and none for no delay', () => {
    const tried = { acceptedAt: T, attempts: 2, requeues: 0 };
    expect(afterFailure(tried, config(2), [1000], T)).toEqual({ kind: 'again', at: T + 1000 });
    expect(afterFailure(tried, config(2), [], T)).toEqual({ kind: 'again', at: T });
  });
});

describe('after a throttle', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 256_000],
    [10, 300_000],
    [60, 300_000],
    [2000, 300_000],
  ])('the %dth in a row is tried again in %d ms', (requeues, ms) => {
    const next = afterThrottle({ acceptedAt: T, attempts: 0, requeues }, EVENT_INVOKE_DEFAULTS, T);
    expect(next).toEqual({ kind: 'again', at: T + ms });
  });

  it('is over when the next try would come too late, and counts as no attempt', () => {
    const tried = { acceptedAt: T, attempts: 0, requeues: 7 };
    expect(afterThrottle(tried, config(0, 60), T)).toEqual({ kind: 'over', condition: 'EventAgeExceeded' });
    expect(afterThrottle({ ...tried, requeues: 5 }, config(0, 60), T)).toMatchObject({ kind: 'again' });
  });
});

describe('every event comes to an end', () => {
  const failing = fc.record({
    retries: fc.integer({ min: 0, max: 2 }),
    age: fc.integer({ min: 60, max: 21_600 }),
    outcomes: fc.array(fc.constantFrom('failed', 'throttled'), { minLength: 1, maxLength: 200 }),
    lasts: fc.integer({ min: 0, max: 900_000 }),
  });

  it('never runs more often than it may, and starts no attempt when it is too old', () => {
    fc.assert(
      fc.property(failing, ({ retries, age, outcomes, lasts }) => {
        const settings = config(retries, age);
        let [now, attempts, requeues] = [T, 0, 0];
        for (const outcome of outcomes) {
          expect(isTooOld(T, now, settings)).toBe(false);
          if (outcome === 'failed') {
            attempts += 1;
            requeues = 0;
            now += lasts;
          } else requeues += 1;
          const tried = { acceptedAt: T, attempts, requeues };
          const next =
            outcome === 'failed'
              ? afterFailure(tried, settings, RETRY_DELAYS_MS, now)
              : afterThrottle(tried, settings, now);
          expect(attempts).toBeLessThanOrEqual(retries + 1);
          if (next.kind === 'over') return;
          expect(next.at).toBeGreaterThan(now);
          now = next.at;
        }
      }),
    );
  });
});
