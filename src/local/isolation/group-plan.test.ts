import { expect, it } from 'vitest';
import { type Candidate, planVersion2, version1Folder } from './group-plan.js';

const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  folder: '/own',
  writable: true,
  controllers: ['cpu', 'memory', 'pids'],
  enabled: [],
  foreign: false,
  ...change,
});
const parent = (change: Partial<Candidate> = {}) =>
  candidate({ folder: '/', enabled: ['memory', 'pids'], foreign: true, ...change });

it.each([
  [
    'a scope of our own: we move into a group below it',
    candidate(),
    parent(),
    { kind: 'move-ourselves', folder: '/own' },
  ],
  ['the same, with nothing above', candidate(), undefined, { kind: 'move-ourselves', folder: '/own' }],
  [
    'the root, where groups below limit memory already',
    candidate({ enabled: ['memory'], foreign: true }),
    undefined,
    { kind: 'inside', folder: '/own' },
  ],
  ["a terminal's scope: beside it", candidate({ foreign: true }), parent(), { kind: 'inside', folder: '/' }],
  ['a group that is not ours', candidate({ writable: false }), parent({ writable: false }), { kind: 'none' }],
  [
    'nobody limits memory',
    candidate({ controllers: ['pids'] }),
    parent({ enabled: ['pids'] }),
    { kind: 'none' },
  ],
] as const)('in %s', (_where, own, above, plan) => {
  expect(planVersion2(own, above)).toEqual(plan);
});

it('of version 1 each controller has its folder', () => {
  const groups = [
    { version: 2, controllers: [], folder: '/unified' },
    { version: 1, controllers: ['cpu', 'cpuacct'], folder: '/cpu' },
  ] as const;
  expect(version1Folder(groups, 'cpu')).toBe('/cpu');
  expect(version1Folder(groups, 'memory')).toBeUndefined();
});
