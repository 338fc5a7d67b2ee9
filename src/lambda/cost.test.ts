import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationDollars, gbSeconds, invocationDollars, monthlyCost, type Usage } from './cost.js';
import { PRICED_REGIONS, priceOf } from './prices.js';

const X86 = priceOf('us-east-1', 'x86_64')!;
const ARM = priceOf('us-east-1', 'arm64')!;

describe('examples', () => {
  // The mobile app backend of AWS's pricing page: 3 million requests of 120 ms at 1,536 MB on x86_64 come to
  // 540,000 GB-s; with the free tier $2.33 for 140,000 GB-s and $0.40 for 2 million requests.
  it("of AWS's pricing page", () => {
    const usage = { requests: 3e6, coldShare: 0, memoryMb: 1536, warmBilledMs: 120, coldBilledMs: 0 };
    const { gbSeconds: quantity, dollars } = monthlyCost(usage, X86, true);
    expect(quantity).toBeCloseTo(540_000, 6);
    expect(dollars).toBeCloseTo(2.73, 2);
  });

  it.each([
    ['one GB-second', 1, 1000, 1024, 1],
    ['a million of 1 ms at 128 MB', 1e6, 1, 128, 125],
    ['nothing', 0, 100, 128, 0],
  ])('GB-seconds: %s', (_, count, ms, memory, expected) => {
    expect(gbSeconds(count, ms, memory)).toBeCloseTo(expected, 9);
  });

  it.each([
    ['the first tier', 1e9, X86, 16_666.7],
    ['to the end of the first', 6e9, X86, 100_000.2],
    ['into the second', 7e9, X86, 100_000.2 + 15_000],
    ['into the third', 16e9, X86, 100_000.2 + 135_000 + 13_333.4],
    ['into the second on arm64', 8.5e9, ARM, 7.5e9 * 0.0000133334 + 12_000.1],
  ])('tiers: %s', (_, quantity, price, expected) => {
    expect(durationDollars(quantity, price)).toBeCloseTo(expected, 4);
  });

  // Rounded up to the millisecond: 1.44 ms of duration and 18.45 ms of init were billed as 20 ms.
  it('of one invocation', () => {
    expect(invocationDollars(19.89, 512, ARM)).toBeCloseTo(0.02 * 0.5 * 0.0000133334, 15);
  });
});

const usages: fc.Arbitrary<Usage> = fc.record({
  requests: fc.integer({ min: 0, max: 1e10 }),
  coldShare: fc.double({ min: 0, max: 1, noNaN: true }),
  memoryMb: fc.integer({ min: 128, max: 10_240 }),
  warmBilledMs: fc.integer({ min: 1, max: 10_000 }),
  coldBilledMs: fc.integer({ min: 1, max: 20_000 }),
});

describe('a month', () => {
  it('is the sum of its lines, and never cheaper on x86_64 than on arm64', () => {
    fc.assert(
      fc.property(usages, fc.boolean(), (usage, free) => {
        const [x86, arm] = [monthlyCost(usage, X86, free), monthlyCost(usage, ARM, free)];
        const sum = x86.lines.reduce((total, { dollars }) => total + dollars, 0);
        expect(x86.dollars).toBeCloseTo(sum, 6);
        expect(x86.dollars).toBeGreaterThanOrEqual(-1e-6);
        expect(arm.dollars).toBeLessThanOrEqual(x86.dollars + 1e-6);
      }),
    );
  });

  it('grows with every request', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        const more = { ...usage, requests: usage.requests + 1 };
        expect(monthlyCost(more, X86).dollars).toBeGreaterThan(monthlyCost(usage, X86).dollars - 1e-9);
      }),
    );
  });
});

describe('prices', () => {
  it.each(PRICED_REGIONS)('of %s: arm64 is about a fifth less', (region) => {
    const x86 = priceOf(region, 'x86_64')!;
    const arm = priceOf(region, 'arm64')!;
    expect(arm.tiers[0]!.perGbSecond / x86.tiers[0]!.perGbSecond).toBeCloseTo(0.8, 2);
    expect(arm.perRequest).toBe(x86.perRequest);
  });

  it.each(PRICED_REGIONS)('of %s: it is said where they were read, and of which day they are', (region) => {
    for (const architecture of ['x86_64', 'arm64'] as const) {
      const { source } = priceOf(region, architecture)!;
      expect(source.name).not.toBe('');
      if (source.asOf === undefined) expect(source.name).toContain('November 2026');
      else expect(source.asOf).toMatch(/^2026-\d\d-\d\d$/);
    }
  });

  it.each(['mars-north-1', 'toString', ''])('of %j are not known', (region) => {
    expect(priceOf(region, 'x86_64')).toBeUndefined();
  });
});
