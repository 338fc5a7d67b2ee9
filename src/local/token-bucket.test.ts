import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

it('holds a burst, and refills continuously', () => {
  const bucket = new TokenBucket(3, 300, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, true, false]);
  expect(bucket.waitMs(0)).toBeCloseTo(100);
  expect(bucket.take(99)).toBe(false);
  expect(bucket.take(101)).toBe(true);
  expect(bucket.take(150)).toBe(false);
});

it('does not gather more than it holds', () => {
  const bucket = new TokenBucket(2, 100, 0);
  const taken = [0, 1, 2].map(() => bucket.take(1_000_000));
  expect(taken).toEqual([true, true, false]);
});

it('goes on when the clock is set back', () => {
  const bucket = new TokenBucket(1, 100, 1_000_000);
  expect([bucket.take(1_000_000), bucket.take(0), bucket.take(50), bucket.take(150)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

it('that holds none gives none', () => {
  const bucket = new TokenBucket(0, 100, 0);
  expect(bucket.take(1_000)).toBe(false);
  expect(bucket.waitMs(1_000)).toBe(Number.POSITIVE_INFINITY);
});

it('never gives more in a stretch of time than it holds and is filled with in it, and keeps nobody waiting', () => {
  const steps = fc.array(fc.nat({ max: 50 }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (capacity, waits) => {
      const bucket = new TokenBucket(capacity, 100, 0);
      let now = 0;
      let given = 0;
      for (const wait of waits) {
        now += wait;
        const soon = bucket.waitMs(now);
        const took = bucket.take(now);
        expect(took).toBe(soon === 0);
        if (took) given += 1;
        expect(soon).toBeLessThanOrEqual(100 / capacity + 1e-6);
      }
      expect(given).toBeLessThanOrEqual(capacity + (now / 100) * capacity + 1e-6);
    }),
  );
});
