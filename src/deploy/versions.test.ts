import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AliasState, PublishedVersion } from './rollout-cloud.js';
import { prunable, rollbackTarget } from './versions.js';

const published = (version: string): PublishedVersion => ({
  version,
  description: '',
  codeSha256: version,
  codeBytes: 1,
  published: '2026-11-27T03:00:00.000+0000',
  architecture: 'x86_64',
  memoryMb: 128,
});
const alias = (version: string, weights: Record<string, number> = {}): AliasState => ({
  name: 'live',
  version,
  weights,
  revision: 'r',
});
const versions = (...numbers: string[]) => numbers.map(published);

describe('which versions may be deleted', () => {
  it.each<[string, string[], AliasState[], number, string[]]>([
    ['all but the newest', ['1', '2', '3', '4'], [alias('4')], 2, ['1', '2']],
    ['none when there are few', ['1', '2'], [alias('2')], 5, []],
    ['none that an alias leads to', ['1', '2', '3', '4'], [alias('1')], 1, ['2', '3']],
    ['none that gets a part of the calls', ['1', '2', '3', '4'], [alias('4', { 2: 0.1 })], 1, ['1', '3']],
    ['by number, not by letter', ['10', '9', '11'], [alias('11')], 2, ['9']],
  ])('%s', (_, numbers, aliases, keep, expected) => {
    expect(prunable(versions(...numbers), aliases, keep)).toEqual(expected);
  });

  it('keeps at least as many as asked for, and all that aliases lead to', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.nat(19), fc.integer({ min: 1, max: 30 }), (all, used, keep) => {
        const there = versions(...all.map(String));
        const at = String(all[used % all.length]);
        const gone = prunable(there, [alias(at)], keep);
        expect(gone).not.toContain(at);
        expect(there.length - gone.length).toBeGreaterThanOrEqual(Math.min(keep, there.length));
      }),
    );
  });
});

describe('where a rollback leads', () => {
  it.each<[string, string[], AliasState, string | undefined, object]>([
    ['to the version before', ['1', '2', '3'], alias('3'), undefined, { kind: 'version', version: '2' }],
    ['over versions that are gone', ['1', '7'], alias('7'), undefined, { kind: 'version', version: '1' }],
    ['by number', ['9', '10'], alias('10'), undefined, { kind: 'version', version: '9' }],
    ['out of a canary', ['1', '2'], alias('1', { 2: 0.1 }), undefined, { kind: 'version', version: '1' }],
    ['to the version that is asked for', ['1', '2', '3'], alias('3'), '1', { kind: 'version', version: '1' }],
    ['forward, too', ['1', '2', '3'], alias('1'), '3', { kind: 'version', version: '3' }],
    ['nowhere when it is there', ['1', '2'], alias('2'), '2', { kind: 'there-already', version: '2' }],
    [
      'all calls, when it has a part',
      ['1', '2'],
      alias('1', { 2: 0.1 }),
      '2',
      { kind: 'version', version: '2' },
    ],
    ['nowhere from the first', ['1', '2'], alias('1'), undefined, { kind: 'none-before', version: '1' }],
    [
      'not to one that is not there',
      ['1', '2'],
      alias('2'),
      '9',
      { kind: 'no-such-version', there: ['1', '2'] },
    ],
  ])('%s', (_, numbers, at, asked, expected) => {
    expect(rollbackTarget(versions(...numbers), at, asked)).toEqual(expected);
  });
});
