import { describe, expect, it } from 'vitest';
import { aligned, intervalText, ms, sparkline } from './figures.js';

it.each([
  [0.1234, '0.12'],
  [12.34, '12.3'],
  [1234.5, '1235'],
  [Number.NaN, '–'],
])('%d ms is written %s', (value, text) => expect(ms(value)).toBe(text));

it.each([
  [{ low: 1, high: 2 }, '[1.00, 2.00]'],
  [{ low: 1, high: undefined }, '[1.00, ?]'],
  [{ low: undefined, high: undefined }, '[too few]'],
])('an interval', (interval, text) => expect(intervalText(interval)).toBe(text));

it('lines columns up', () => {
  expect(
    aligned([
      ['a', '1', 'xx'],
      ['bbb', '22', 'y'],
    ]),
  ).toEqual(['a     1  xx', 'bbb  22   y']);
});

describe('a sparkline', () => {
  it.each([
    [[], ''],
    [[3, 3, 3], '█'],
    [[0, 0, 0, 1], '█ ▃'],
  ])('of %j', (values, text) => expect(sparkline(values, 3)).toBe(text));
});
