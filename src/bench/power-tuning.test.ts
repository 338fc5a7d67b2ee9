import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceOf } from '../lambda/prices.js';
import {
  choose,
  outputOf,
  payloadsFor,
  type Stat,
  statOf,
  trimmedMean,
  visualizationUrl,
} from './power-tuning.js';

const X86 = priceOf('us-east-1', 'x86_64')!;
const stat = (value: number, averagePrice: number, averageDuration: number): Stat => ({
  value,
  averagePrice,
  averageDuration,
  totalCost: averagePrice * 10,
});

it.each([
  [[1, 2, 3, 4, 100], 0.2, 3],
  [[1, 2, 3, 4, 100], 0, 22],
  [[5, 1], 0.2, 3],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 1000], 0.4, 5.5],
])('the mean of %j without %d at both ends is %d', (values, share, mean) => {
  expect(trimmedMean(values, share)).toBeCloseTo(mean, 12);
});

it('takes duration and init for the time, and what is billed for the price', () => {
  const timings = [
    { durationMs: 120, billedMs: 120, cold: true },
    ...Array.from({ length: 9 }, () => ({ durationMs: 1.4, billedMs: 2, cold: false })),
  ];
  const { averageDuration, averagePrice, totalCost } = statOf(512, timings, X86, 0.2);
  expect(averageDuration).toBeCloseTo(1.4, 12);
  expect(averagePrice).toBeCloseTo(0.002 * 0.5 * 0.0000166667, 18);
  expect(totalCost).toBeCloseTo((0.12 + 9 * 0.002) * 0.5 * 0.0000166667, 18);
});

describe('the choice', () => {
  const stats = [stat(128, 2, 40), stat(256, 2, 20), stat(512, 3, 10), stat(1024, 6, 9)];
  it.each([
    ['cost', 0.5, 256],
    ['speed', 0.5, 1024],
    ['balanced', 0.5, 512],
    ['balanced', 0, 1024],
    ['balanced', 1, 128],
  ] as const)('by %s, weight %d', (strategy, weight, expected) => {
    expect(choose(stats, strategy, weight).value).toBe(expected);
  });

  it('is one of those there are, and the output has all of them', () => {
    const some = fc.array(
      fc.record({
        value: fc.integer({ min: 128, max: 10240 }),
        averagePrice: fc.double({ min: 1e-9, max: 1, noNaN: true }),
        averageDuration: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        totalCost: fc.constant(1),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.constantFrom('cost', 'speed', 'balanced'), (list, strategy) => {
        const output = outputOf(list, strategy as never, 0.5);
        expect(list.map(({ value }) => value)).toContain(output.power);
        expect(output.stateMachine.lambdaCost).toBe(list.length);
        expect(output.stats).toEqual(list);
      }),
    );
  });
});

describe('the address of the picture', () => {
  it('is base64 of 16-bit sizes and 32-bit times and costs, by size', () => {
    const url = visualizationUrl([stat(256, 0.000002, 1.3), stat(128, 0.0000021, 2.5)]);
    const [, data = ''] = url.split('#');
    const [sizes, times, costs] = data.split(';').map((part) => Buffer.from(part, 'base64'));
    expect(url).toMatch(/^https:\/\/lambda-power-tuning\.show\/#gAAAAQ==;/);
    expect([sizes!.readInt16LE(0), sizes!.readInt16LE(2)]).toEqual([128, 256]);
    expect(times!.readFloatLE(0)).toBe(2.5);
    expect(times!.readFloatLE(4)).toBeCloseTo(1.3, 6);
    expect(costs!.readFloatLE(0)).toBeCloseTo(0.0000021, 12);
  });
});

describe('payloads by weight', () => {
  const one = (name: string, weight: number) => ({ payload: Buffer.from(name), weight });
  it.each([
    [10, [one('a', 1)], 'aaaaaaaaaa'],
    [10, [one('a', 1), one('b', 3)], 'aabbbbbbbb'],
    [5, [one('a', 30), one('b', 70)], 'abbbb'],
    [5, [one('a', 1), one('b', 99)], undefined],
    [1, [one('a', 1), one('b', 1)], undefined],
  ])('%d of %j', (count, weighted, expected) => {
    expect(payloadsFor(count, weighted)?.join('')).toBe(expected);
  });
});
