import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom, shuffled } from './random.js';
import { overlap, quantile, quantileInterval, ratioInterval, sortedCopy, summarize } from './statistics.js';

const upTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1);
const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('quantile', () => {
  // numpy.quantile([1, 2, 3, 4], q), and of [15, 20, 35, 40, 50]
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.25, 1.75],
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[7], 0.99, 7],
  ])('of %j at %d is %d', (samples, q, expected) => {
    expect(quantile(samples, q)).toBeCloseTo(expected, 12);
  });

  it('lies among the samples and grows with q', () => {
    fc.assert(
      fc.property(
        times,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (samples, a, b) => {
          const sorted = sortedCopy(samples);
          const [low, high] = a < b ? [a, b] : [b, a];
          const [at, above] = [quantile(sorted, low), quantile(sorted, high)];
          expect(at).toBeGreaterThanOrEqual(sorted[0]!);
          expect(above).toBeLessThanOrEqual(sorted.at(-1)!);
          expect(at).toBeLessThanOrEqual(above + 1e-9);
        },
      ),
    );
  });
});

describe('the interval of a quantile', () => {
  // Ranks of the binomial distribution, computed in exact fractions with Python.
  it.each([
    [5, 0.5, undefined, undefined],
    [6, 0.5, 1, 6],
    [10, 0.5, 2, 9],
    [30, 0.5, 10, 21],
    [100, 0.5, 40, 61],
    [100, 0.9, 84, 96],
    [30, 0.99, 28, undefined],
    [1000, 0.99, 983, 997],
  ])('of %d samples at %d is from sample %s to sample %s', (n, q, low, high) => {
    expect(quantileInterval(upTo(n), q)).toEqual({ low, high });
  });

  it('holds the true median about as often as it says', () => {
    const random = randomFrom(7);
    let held = 0;
    for (let run = 0; run < 400; run += 1) {
      const sorted = sortedCopy(Array.from({ length: 40 }, random));
      const { low, high } = quantileInterval(sorted, 0.5);
      if (low! <= 0.5 && high! >= 0.5) held += 1;
    }
    expect(held / 400).toBeGreaterThan(0.93);
  });

  it('holds the median of the samples, and an open end only where they are few', () => {
    fc.assert(
      fc.property(times, (samples) => {
        const sorted = sortedCopy(samples);
        const { low = -Infinity, high = Infinity } = quantileInterval(sorted, 0.5);
        expect(low).toBeLessThanOrEqual(quantile(sorted, 0.5));
        expect(high).toBeGreaterThanOrEqual(quantile(sorted, 0.5));
        expect(Number.isFinite(low) && Number.isFinite(high)).toBe(samples.length >= 6);
      }),
    );
  });
});

describe('a summary', () => {
  it('is nothing without samples', () => expect(summarize([])).toBeUndefined());

  it('tells all there is, and leaves the list alone', () => {
    const samples = [3, 1, 2];
    expect(summarize(samples)).toMatchObject({ n: 3, min: 1, max: 3, mean: 2, median: { value: 2 } });
    expect(samples).toEqual([3, 1, 2]);
  });
});

describe('the ratio of two medians', () => {
  it('is fixed by its seed, and about what was put in', () => {
    const random = randomFrom(1);
    const a = Array.from({ length: 200 }, () => 10 + random());
    const b = Array.from({ length: 200 }, () => 5 + random());
    const interval = ratioInterval(a, b, 3);
    expect(interval).toEqual(ratioInterval(a, b, 3));
    expect(interval.low).toBeGreaterThan(1.85);
    expect(interval.high).toBeLessThan(1.97);
  });

  it('of a list to itself holds 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.integer(),
        (list, seed) => {
          const { low, high } = ratioInterval(list, list, seed);
          expect(low).toBeLessThanOrEqual(1);
          expect(high).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('overlap', () => {
  it.each([
    [[1, 2], [3, 4], false],
    [[3, 4], [1, 2], false],
    [[1, 3], [3, 4], true],
    [[undefined, 2], [3, 4], false],
    [[1, undefined], [3, 4], true],
    [[undefined, undefined], [3, 4], true],
  ] as const)('%j and %j: %s', ([a, b], [c, d], expected) => {
    expect(overlap({ low: a, high: b }, { low: c, high: d })).toBe(expected);
  });
});

it('an order by chance loses nobody', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (list, seed) => {
      expect(sortedCopy(shuffled(list, randomFrom(seed)))).toEqual(sortedCopy(list));
    }),
  );
});
