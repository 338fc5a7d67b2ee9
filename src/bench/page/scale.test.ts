import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear, money, roundValues, short } from './scale.js';

describe('round values', () => {
  it.each([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]],
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [3, 47, 5, [10, 20, 30, 40]],
    [0.1, 0.35, 5, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]],
  ])('from %d to %d', (low, high, about, expected) => {
    expect(roundValues(low, high, about)).toEqual(expected);
  });

  it('lie between the ends, ascending, and are not many', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const values = roundValues(low, low + span, 5);
        expect(values.length).toBeLessThanOrEqual(7);
        for (const [at, value] of values.entries()) {
          expect(value).toBeGreaterThanOrEqual(low - span * 1e-6);
          expect(value).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          if (at > 0) expect(value).toBeGreaterThan(values[at - 1]!);
        }
      }),
    );
  });
});

it('maps ends to ends, and survives one value only', () => {
  expect([0, 5, 10].map(linear([0, 10], [100, 0]))).toEqual([100, 50, 0]);
  expect(linear([3, 3], [0, 10])(3)).toBe(0);
});

it.each([
  [0, '0'],
  [0.0123, '0.012'],
  [12.345, '12.3'],
  [12345.6, '12,346'],
])('%d is written %s', (value, text) => expect(short(value)).toBe(text));

it.each([
  [0.2, '$0.20'],
  [0.30421, '$0.304'],
  [0, '$0.00'],
  [0.000469, '$0.000469'],
  [4.6e-8, '$4.6e-8'],
  [1, '$1.00'],
  [1234.5, '$1,234.50'],
])('%d dollars are %s', (value, text) => {
  expect(money(value)).toBe(text);
});
