import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Variant } from './bench-file.js';
import { compare, type Metric, regressions, tooFew } from './compare.js';
import { randomFrom } from './random.js';

function variant(samples: Partial<Variant['samples']>): Variant {
  const none = {
    initMs: [],
    firstMs: [],
    coldMs: [],
    warmMs: [],
    cpuMs: [],
    coldMemoryMb: [],
    memoryMb: [],
    billedMs: [],
  };
  return {
    label: 'one',
    functionName: 'one',
    memoryMb: 128,
    payloadBytes: 2,
    program: { sha256: 'x', bytes: 1, origin: 'built' },
    samples: { ...none, ...samples },
    failures: { count: 0 },
    unexpectedColds: 0,
  };
}

const around = (middle: number, n = 100, seed = 1) => {
  const random = randomFrom(seed);
  return Array.from({ length: n }, () => middle + random() - 0.5);
};
const of = (metric: Metric, ours: Variant, base: Variant) =>
  compare(ours, base, 1).find((one) => one.metric === metric)!;

describe('a comparison', () => {
  it.each([
    ['lower beyond doubt', around(5), around(10), 'better'],
    ['higher beyond doubt', around(10), around(5), 'worse'],
    ['about the same', around(10, 100, 1), around(10.01, 100, 2), 'undecided'],
    ['too few to tell', [1, 2, 3], [10, 11, 12], 'undecided'],
    ['nothing there', [], around(10), 'unknown'],
  ])('%s', (_, ours, base, verdict) => {
    expect(of('warm', variant({ warmMs: ours }), variant({ warmMs: base })).verdict).toBe(verdict);
  });

  it('says whether it is too few samples that keep it from naming a winner', () => {
    const few = of('warm', variant({ warmMs: [1, 2, 3] }), variant({ warmMs: around(10) }));
    const alike = of(
      'warm',
      variant({ warmMs: around(10, 100, 1) }),
      variant({ warmMs: around(10, 100, 2) }),
    );
    expect([tooFew(few), tooFew(alike)]).toEqual([true, false]);
  });

  it('names no winner between a list and itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (list) => {
          const one = variant({ warmMs: list, initMs: list, cpuMs: list, memoryMb: list });
          const verdicts = compare(one, one, 1).map(({ verdict }) => verdict);
          expect(verdicts.filter((verdict) => verdict === 'better' || verdict === 'worse')).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('takes the memory of cold environments where no warm one was measured', () => {
    const compared = of(
      'memory',
      variant({ coldMemoryMb: Array(10).fill(20) }),
      variant({ memoryMb: Array(10).fill(40) }),
    );
    expect(compared).toMatchObject({ ours: 20, base: 40, ratio: 0.5, verdict: 'better' });
  });
});

describe('regressions', () => {
  const base = variant({ warmMs: around(100), initMs: around(10) });
  it.each([
    ['worse by more than the threshold', 110, 5, ['warm']],
    ['worse by less', 103, 5, []],
    ['better', 50, 5, []],
  ])('%s', (_, middle, percent, expected) => {
    const found = regressions(
      compare(variant({ warmMs: around(middle), initMs: around(10) }), base, 1),
      percent,
    );
    expect(found.map(({ metric }) => metric)).toEqual(expected);
  });
});
