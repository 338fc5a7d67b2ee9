import { describe, expect, it } from 'vitest';
import { priceOf } from '../lambda/prices.js';
import type { SizeResult } from './tune.js';
import { type TuningBasis, totalOf, tuningResult } from './tuning-result.js';

const X86 = priceOf('us-east-1', 'x86_64')!;
const BASIS: TuningBasis = {
  function: 'hello',
  where: 'local',
  cpu: 'enforced',
  region: 'us-east-1',
  architecture: 'x86_64',
  prices: X86.source,
  strategy: 'cost',
  balancedWeight: 0.5,
  invocations: 6,
  onlyColdStarts: false,
  discardTopBottom: 0,
  date: '2026-11-27',
};

function size(memoryMb: number, warmMs: number, coldMs?: number): SizeResult {
  const warm = Array.from({ length: 5 }, () => ({ durationMs: warmMs - 0.5, billedMs: warmMs, cold: false }));
  const cold = coldMs === undefined ? [] : [{ durationMs: coldMs, billedMs: coldMs, cold: true }];
  return { memoryMb, timings: [...cold, ...warm], maxMemoryMb: 20, failures: { count: 0 } };
}

describe('a tuning', () => {
  const result = tuningResult([size(128, 100), size(512, 10, 40), size(1024, 9)], X86, BASIS, 128, 0.01);

  it('tells duration, cold starts and requests of a million apart', () => {
    const { recommended } = result.crablet;
    // 1M × 10 ms × 0.5 GB; 1 % × (40 − 10) ms; $0.20.
    expect(recommended).toMatchObject({ memoryMb: 512, requests: 0.2 });
    expect(recommended.duration).toBeCloseTo(1e4 * 0.5 * 0.0000166667, 9);
    expect(recommended.coldStarts).toBeCloseTo(0.01 * 3e4 * 0.5 * 0.0000166667, 9);
  });

  it('tells what is saved against the size of today, with everything in it', () => {
    const { current, saving, recommended } = result.crablet;
    expect(current!.coldStarts).toBeUndefined();
    expect(saving!.dollars).toBeCloseTo(totalOf(current!) - totalOf(recommended), 12);
    expect(saving!.percent).toBeCloseTo((100 * saving!.dollars) / totalOf(current!), 12);
  });

  it('has no saving where the size of today was not measured', () => {
    expect(tuningResult([size(512, 10)], X86, BASIS, 128, 0.01).crablet.saving).toBeUndefined();
  });

  it('leaves out a size at which every invocation failed', () => {
    const failed: SizeResult = {
      memoryMb: 128,
      timings: [],
      maxMemoryMb: undefined,
      failures: { count: 6, first: 'x' },
    };
    const output = tuningResult([failed, size(512, 10)], X86, BASIS, 128, 0.01);
    expect(output.stats.map(({ value }) => value)).toEqual([512]);
    expect(output.crablet.results).toHaveLength(2);
  });
});
