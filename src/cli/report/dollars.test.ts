import { expect, it } from 'vitest';
import { countOf, dollars, shareOf } from './dollars.js';

it.each([
  [0, '$0.00'],
  [1234.5, '$1,234.50'],
  [0.1234567, '$0.1235'],
  [0.00000208, '$2.08e-6'],
  [0.0042, '$0.0042'],
  [-2.5, '−$2.50'],
])('%d is written %s', (value, text) => expect(dollars(value)).toBe(text));

it.each([
  ['10M', 10_000_000],
  ['1.5k', 1_500],
  ['2B', 2_000_000_000],
  ['1_000,000', 1_000_000],
  ['many', undefined],
  ['-1', undefined],
])('%s requests are %s', (text, count) => expect(countOf(text)).toBe(count));

it.each([
  ['1%', 0.01],
  ['0.5 %', 0.005],
  ['0.25', 0.25],
  ['100%', 1],
  ['101%', undefined],
  ['2', undefined],
  ['few', undefined],
])('a share of %s is %s', (text, share) => expect(shareOf(text)).toBe(share));
