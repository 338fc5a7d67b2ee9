import { describe, expect, it } from 'vitest';
import {
  type Abilities,
  missingForLinux,
  NO_BWRAP,
  PORTABLE_ABILITIES,
  describe as say,
} from './strength.js';

const ALL: Abilities = { views: true, memory: true, cpu: true, freezer: true, sizedTmp: true };

describe('what is enforced', () => {
  it('is said with what is not', () => {
    expect(say(ALL, 'aws')).toBe(
      "enforced: memory, the freeze between invocations, the share of the CPU, read-only files, a /tmp of its own, Lambda's user and limits, the size of /tmp. Not enforced: the network.",
    );
    expect(say(PORTABLE_ABILITIES, 'full')).toBe(
      'enforced: memory (by looking now and then), the freeze between invocations (by signals). Not enforced: files, user and limits, the size of /tmp, the share of the CPU (--cpu aws), the network.',
    );
  });

  it('says why it is less than it could be', () => {
    expect(say({ ...ALL, views: NO_BWRAP }, 'full')).toContain('(bubblewrap (bwrap) is not installed)');
  });
});

describe('what --isolation linux lacks', () => {
  it.each([
    [ALL, undefined, undefined],
    [{ ...ALL, views: NO_BWRAP }, NO_BWRAP, 'apt-get install bubblewrap'],
    [{ ...ALL, views: 'bubblewrap does not work here (denied)' }, 'denied', 'sysctl'],
    [{ ...ALL, memory: false }, 'No control group', 'systemd-run --user --scope'],
    [{ ...ALL, sizedTmp: false, cpu: false }, undefined, undefined],
  ] as const)('is named with its mend (%#)', (abilities, what, fix) => {
    const missing = missingForLinux(abilities);
    if (what === undefined) return expect(missing).toBeUndefined();
    expect(missing?.what).toContain(what);
    expect(missing?.fix).toContain(fix);
  });
});
