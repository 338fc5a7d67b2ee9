import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { type Claim, Concurrency } from './concurrency.js';

const claim = (name: string, reserved?: number, provisioned = 0): Claim => ({ name, reserved, provisioned });
const shared = (limit: number, ...claims: Claim[]) => {
  const concurrency = new Concurrency(limit, () => 0);
  concurrency.claim(claims);
  return concurrency;
};

describe("an account's concurrency", () => {
  it('is what a function reserves, and the rest for all others', () => {
    const concurrency = shared(1_000, claim('a', 100), claim('b', 0), claim('c'), claim('d'));
    expect(concurrency.poolOf('a')).toMatchObject({ limit: 100, reserved: true });
    expect(concurrency.poolOf('b')).toMatchObject({ limit: 0, reserved: true });
    expect(concurrency.poolOf('c')).toMatchObject({ limit: 900, reserved: false });
    expect(concurrency.poolOf('d')).toBe(concurrency.poolOf('c'));
  });

  it('has a place of its own for each provisioned environment', () => {
    const concurrency = shared(1_000, claim('a', 100, 30), claim('b', undefined, 50), claim('c'));
    expect(concurrency.poolOf('a').limit).toBe(70);
    expect(concurrency.poolOf('c').limit).toBe(850);
  });

  it('goes back when a function is gone, or reserves no more', () => {
    const concurrency = shared(1_000, claim('a', 100), claim('b', 200));
    concurrency.forget('a');
    expect(concurrency.poolOf('x').limit).toBe(800);
    concurrency.claim([claim('b')]);
    expect(concurrency.poolOf('b')).toMatchObject({ limit: 1_000, reserved: false });
  });

  it('keeps 100 for functions that reserve nothing, whatever the others want', () => {
    expect(shared(1_000, claim('a', 900)).poolOf('b').limit).toBe(100);
    const refusal = refused(() => shared(1_000, claim('a', 900), claim('b', undefined, 1)));
    expect(refusal.message).toBe(
      'Of a concurrency of 1000, 901 are reserved or provisioned (a: 900, b: 1), which leaves 99; Lambda keeps at least 100 for functions that reserve nothing.',
    );
    expect(refusal.fix).toBe('Reserve less, or serve with a higher limit: --concurrency 1001');
  });

  it('may be small where nobody reserves anything, or only reserves nothing', () => {
    expect(shared(4, claim('a'), claim('b', 0)).poolOf('a').limit).toBe(4);
  });

  it('has no room for more provisioned environments than a function reserves', () => {
    const refusal = refused(() => shared(1_000, claim('a', 2, 3)));
    expect(refusal.message).toBe(
      'The function a is to have 3 provisioned environments, but reserves only 2.',
    );
  });

  it('stays as it was when a claim is refused', () => {
    const concurrency = shared(1_000, claim('a', 100));
    refused(() => concurrency.claim([claim('a', 200), claim('b', 800)]));
    expect(concurrency.poolOf('a').limit).toBe(100);
    expect(concurrency.poolOf('b').reserved).toBe(false);
  });

  it('is never given away twice', () => {
    const claims = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        reserved: fc.option(fc.nat({ max: 500 }), { nil: undefined }),
        provisioned: fc.nat({ max: 300 }),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(fc.array(claims, { maxLength: 5 }), (rounds) => {
        const concurrency = new Concurrency(1_000, () => 0);
        const held = new Map<string, Claim>();
        for (const round of rounds) {
          try {
            concurrency.claim(round);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            continue;
          }
          for (const one of round) held.set(one.name, one);
        }
        const all = [...held.values()];
        const own = all.filter(({ reserved }) => reserved !== undefined);
        const places = all.reduce((sum, { provisioned }) => sum + provisioned, 0);
        const limits = own.reduce((sum, { name }) => sum + concurrency.poolOf(name).limit, 0);
        expect(limits + places + concurrency.poolOf('none').limit).toBe(1_000);
      }),
    );
  });
});

describe('requests of callers that wait', () => {
  it('are ten times as many in a second as what a function reserves', () => {
    let now = 0;
    const concurrency = new Concurrency(1_000, () => now);
    concurrency.claim([claim('a', 2)]);
    const pool = concurrency.poolOf('a');
    const admitted = () => Array.from({ length: 30 }, () => pool.admits(now)).filter(Boolean).length;
    expect(admitted()).toBe(20);
    now = 500;
    expect(admitted()).toBe(10);
    expect(pool.whenTooFast).toBe('ReservedFunctionInvocationRateLimitExceeded');
  });

  it("are ten times the account's concurrency for all others together", () => {
    const pool = shared(1_000, claim('a')).poolOf('a');
    const admitted = Array.from({ length: 10_001 }, () => pool.admits(0)).filter(Boolean).length;
    expect(admitted).toBe(10_000);
    expect(pool.whenTooFast).toBe('FunctionInvocationRateLimitExceeded');
  });

  it('are not fewer where the limit was lowered for the sake of the machine', () => {
    const pool = shared(1, claim('a')).poolOf('a');
    expect(Array.from({ length: 10_000 }, () => pool.admits(0)).every(Boolean)).toBe(true);
  });

  it('are not what refuses a function without any concurrency', () => {
    const pool = shared(1_000, claim('a', 0)).poolOf('a');
    expect(pool.admits(0)).toBe(true);
    expect(pool.whenFull).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
  });
});

function refused(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
