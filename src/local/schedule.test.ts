import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Decision, decide, type Situation } from './schedule.js';

const READY: Situation = {
  generation: 'ready',
  provisioned: 0,
  idle: 0,
  warming: 0,
  cold: 0,
  finishing: 0,
  active: 0,
  limit: 1_000,
  mayScale: true,
  patient: false,
};

it.each<[string, Partial<Situation>, Decision]>([
  ['the first invocation', {}, 'start'],
  ['one that is idle before all others', { idle: 1, warming: 1, cold: 1 }, 'use-idle'],
  ['one that initialises before a cold one', { warming: 1, cold: 1 }, 'join-warming'],
  ['a cold one, whose /tmp is kept, before a new one', { cold: 2 }, 'restart-cold'],
  ['one is about to ask for more', { finishing: 1, cold: 1 }, 'await-finishing'],
  ['one is about to ask for more, and another is idle', { finishing: 1, idle: 1 }, 'use-idle'],
  ['one is about to ask for more, at the limit', { finishing: 1, active: 1, limit: 1 }, 'await-finishing'],
  [
    'one is about to ask for more, at the limit, and nobody waits for the answer',
    { finishing: 1, active: 1, limit: 1, patient: true },
    'queue',
  ],
  ['all are busy', { active: 3 }, 'start'],
  ['the last place', { active: 999 }, 'start'],
  ['at the limit', { active: 1_000 }, 'throttle'],
  ['at the limit, though one is idle', { active: 1_000, idle: 1 }, 'throttle'],
  ['at the limit, but nobody waits for the answer', { active: 1_000, patient: true }, 'queue'],
  ['over a limit that was lowered', { active: 5, limit: 2 }, 'throttle'],
  ['no concurrency at all', { limit: 0 }, 'throttle'],
  ['a provisioned one before all others', { provisioned: 1, idle: 1 }, 'use-provisioned'],
  [
    'a provisioned one, at the limit of those on demand',
    { provisioned: 1, active: 1_000 },
    'use-provisioned',
  ],
  ['too many new ones lately', { mayScale: false }, 'throttle'],
  ['too many new ones lately, and one has ended', { mayScale: false, cold: 1 }, 'restart-cold'],
  ['too many new ones lately, and one is idle', { mayScale: false, idle: 1 }, 'use-idle'],
  ['too many new ones lately, and nobody waits', { mayScale: false, patient: true }, 'await-scaling'],
  ['the first build runs', { generation: 'building' }, 'hold'],
  ['the first build runs, and the limit is reached', { generation: 'building', active: 1_000 }, 'hold'],
  ['the build failed', { generation: 'broken', idle: 1 }, 'refuse'],
  ['the build failed, and an event was accepted', { generation: 'broken', patient: true }, 'queue'],
])('%s', (_name, situation, decision) => {
  expect(decide({ ...READY, ...situation })).toBe(decision);
});

const count = fc.nat({ max: 3 });
const situations = fc.record<Situation>({
  generation: fc.constantFrom('building', 'ready', 'broken'),
  provisioned: count,
  idle: count,
  warming: count,
  cold: count,
  finishing: count,
  active: count,
  limit: count,
  mayScale: fc.boolean(),
  patient: fc.boolean(),
});

it('only takes what there is, and never exceeds the limit', () => {
  fc.assert(
    fc.property(situations, (given) => {
      const decision = decide(given);
      if (decision === 'use-provisioned') expect(given.provisioned).toBeGreaterThan(0);
      if (decision === 'use-idle') expect(given.idle).toBeGreaterThan(0);
      if (decision === 'join-warming') expect(given.warming).toBeGreaterThan(0);
      if (decision === 'await-finishing') expect(given.finishing).toBeGreaterThan(0);
      if (decision === 'restart-cold') expect(given.cold).toBeGreaterThan(0);
      if (decision === 'start') expect(given.mayScale).toBe(true);
      if (['use-idle', 'join-warming', 'restart-cold', 'start'].includes(decision)) {
        expect(given.generation).toBe('ready');
        expect(given.active).toBeLessThan(given.limit);
      }
    }),
  );
});

it('refuses nobody for whom there is a place, and nobody who is patient', () => {
  fc.assert(
    fc.property(situations, (given) => {
      const decision = decide(given);
      const full = given.active >= given.limit || !given.mayScale;
      if (decision === 'refuse') expect(given).toMatchObject({ generation: 'broken', patient: false });
      if (decision === 'throttle')
        expect({ ...given, full }).toMatchObject({ provisioned: 0, patient: false, full: true });
    }),
  );
});
