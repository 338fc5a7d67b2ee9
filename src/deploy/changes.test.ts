import { describe, expect, it } from 'vitest';
import { configurationChanges, differing, shown, variableChanges } from './changes.js';
import { configuration } from './desired.fixture.js';

describe('changes as they are shown', () => {
  it('has one for each variable, and tells that a secret changes without telling what it is', () => {
    const before = { COLOR: 'red', OLD: '1', API_TOKEN: 'a', SAME: 's' };
    const after = { COLOR: 'blue', NEW: '2', API_TOKEN: 'b', SAME: 's' };
    expect(variableChanges(before, after, 'env')).toEqual([
      { name: 'env API_TOKEN', before: '********', after: '********' },
      { name: 'env COLOR', before: 'red', after: 'blue' },
      { name: 'env NEW', before: null, after: '2' },
      { name: 'env OLD', before: '1', after: null },
    ]);
  });

  it('masks both sides when only one of them is a secret', () => {
    const [change] = variableChanges({ URL: 'http://db' }, { URL: 'http://me:pw@db' }, 'env');
    expect(change).toEqual({ name: 'env URL', before: '********', after: '********' });
  });

  it('has what differs, and nothing else', () => {
    const before = configuration({ memoryMb: 128, layers: ['a', 'b'] });
    const after = configuration({ memoryMb: 256, layers: ['b', 'a'] });
    const keys = differing(before, after);
    expect(keys).toEqual(['memoryMb', 'layers']);
    expect(configurationChanges(before, after, keys)).toEqual([
      { name: 'memory (MB)', before: '128', after: '256' },
      { name: 'layers', before: 'a, b', after: 'b, a' },
    ]);
  });

  it.each([
    [null, null],
    ['', null],
    [[], null],
    [0, '0'],
    [{ a: null, b: false }, null],
    [{ a: 1, b: ['x', 'y'] }, 'a=1 b=x, y'],
  ])('shows %j as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});
