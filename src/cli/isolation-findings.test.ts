import { describe, expect, it } from 'vitest';
import { type Abilities, NO_BWRAP } from '../local/isolation/strength.js';
import { isolationFindings } from './isolation-findings.js';

const ALL: Abilities = { views: true, memory: true, cpu: true, freezer: true, sizedTmp: true };

describe('isolationFindings', () => {
  it('tells what each of the two limits', () => {
    expect(isolationFindings(ALL, '0.8.0')).toEqual([
      {
        name: 'bwrap',
        state: 'ok',
        detail: '0.8.0: read-only files, a user and a /tmp of its own, the size of /tmp',
      },
      {
        name: 'Control groups',
        state: 'ok',
        detail: 'memory, the freeze between invocations, the share of the CPU (--cpu aws)',
      },
    ]);
  });

  it.each<[string, Partial<Abilities>, number, RegExp, RegExp]>([
    ['no bwrap', { views: NO_BWRAP }, 0, /\(bwrap\) is not installed/, /^sudo apt-get install bubblewrap$/],
    [
      'no namespaces',
      { views: 'bubblewrap does not work here (x)' },
      0,
      /does not work here \(x\)/,
      /sysctl/,
    ],
    ['no groups', { memory: false, freezer: false, cpu: false }, 1, /none can be made/, /systemd-run/],
    ['no freezer', { freezer: false }, 1, /^only memory, the share .*; not the freeze/, /systemd-run/],
  ])('names what is missing, with its command: %s', (_, change, index, detail, fix) => {
    const found = isolationFindings({ ...ALL, ...change }, '0.8.0');
    expect(found[index]).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(detail),
      fix: expect.stringMatching(fix),
    });
    expect(found[1 - index]?.state).toBe('ok');
  });

  it('does not count the CPU, which only --cpu aws wants', () => {
    const [, groups] = isolationFindings({ ...ALL, cpu: false }, undefined);
    expect(groups).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('not the share of the CPU'),
    });
  });
});
