import { describe, expect, it } from 'vitest';
import { lockedFor, parseLock } from './lock-file.js';

const crate = (name: string, version: string, uses: readonly string[] = [], source = true) => `
[[package]]
name = "${name}"
version = "${version}"
${source ? 'source = "registry+x"\nchecksum = "abc"' : ''}
dependencies = [${uses.map((one) => `"${one}"`).join(', ')}]
`;

const lock = (serde: string, rand: string) =>
  parseLock(
    [
      'version = 4',
      crate('orders', '0.1.0', ['serde'], false),
      crate('users', '0.1.0', ['rand 0.9.0', 'shared'], false),
      crate('shared', '0.1.0', ['serde'], false),
      crate('serde', serde, []),
      crate('rand', '0.8.0'),
      crate('rand', rand),
    ].join(''),
  );

describe('lockedFor', () => {
  it('is what can be reached, over local crates, too', () => {
    expect(lockedFor(lock('1.0.0', '0.9.0'), ['users'])).toEqual([
      ['rand', '0.9.0', 'registry+x', 'abc'],
      ['serde', '1.0.0', 'registry+x', 'abc'],
      ['shared', '0.1.0', null, null],
      ['users', '0.1.0', null, null],
    ]);
  });

  it('does not change with what others use', () => {
    const before = lockedFor(lock('1.0.0', '0.9.0'), ['orders']);
    expect(lockedFor(lock('1.0.0', '0.9.9'), ['orders'])).toEqual(before);
    expect(lockedFor(lock('1.0.1', '0.9.0'), ['orders'])).not.toEqual(before);
  });

  it('is the whole text when it is not understood', () => {
    expect(lockedFor(parseLock('no [toml'), ['x'])).toBe('no [toml');
  });
});
