import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planTurns } from './plan.js';

const amounts = fc.record({
  cold: fc.nat(20),
  warm: fc.nat(400),
  warmUp: fc.nat(30),
  seed: fc.integer(),
});

it('gives every variant what was asked for, and no turn twice in a round', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), amounts, (variants, given) => {
      const turns = planTurns(variants, given);
      for (let variant = 0; variant < variants; variant += 1) {
        const own = turns.filter((turn) => turn.variant === variant);
        const counted = own.flatMap((turn) => (turn.kind === 'warm' && turn.counts ? turn.times : []));
        expect(own.filter((turn) => turn.kind === 'cold')).toHaveLength(given.cold);
        expect(counted.reduce((sum, times) => sum + times, 0)).toBe(given.warm);
      }
      for (let at = 0; at < turns.length; at += variants)
        expect(new Set(turns.slice(at, at + variants).map(({ variant }) => variant)).size).toBe(variants);
    }),
  );
});

it('is fixed by its seed', () => {
  const given = { cold: 10, warm: 200, warmUp: 5 };
  expect(planTurns(3, { ...given, seed: 1 })).toEqual(planTurns(3, { ...given, seed: 1 }));
  expect(planTurns(3, { ...given, seed: 1 })).not.toEqual(planTurns(3, { ...given, seed: 2 }));
});
