import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MovedClock } from '../../../tests/support/clock.js';
import { Alarms } from './alarms.js';

it('rings each at its time, and those of one moment in the order of their coming', () => {
  const times = fc.array(fc.nat({ max: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(times, fc.array(fc.nat({ max: 7 }), { minLength: 10, maxLength: 10 }), (set, steps) => {
      const clock = new MovedClock(0);
      const rung: { at: number; index: number; now: number }[] = [];
      const alarms = new Alarms<{ at: number; index: number }>(clock, (one) =>
        rung.push({ ...one, now: clock.now() }),
      );
      for (const [index, at] of set.entries()) alarms.add(at, { at, index });
      for (const step of steps) clock.advance(step);
      clock.advance(20);
      expect(alarms.size).toBe(0);
      expect(rung.every(({ at, now }) => at === now)).toBe(true);
      const inOrder = set
        .map((at, index) => ({ at, index }))
        .sort((a, b) => a.at - b.at || a.index - b.index);
      expect(rung.map(({ at, index }) => ({ at, index }))).toEqual(inOrder);
    }),
  );
});

it('rings what is added while it rings, and nothing after its end', () => {
  const clock = new MovedClock(0);
  const rung: number[] = [];
  const alarms: Alarms<number> = new Alarms(clock, (item) => {
    rung.push(item);
    if (item < 3) alarms.add(clock.now() + 10, item + 1);
  });
  alarms.add(5, 1);
  clock.advance(100);
  expect(rung).toEqual([1, 2, 3]);
  alarms.add(200, 9);
  alarms.close();
  clock.advance(1000);
  expect(rung).toEqual([1, 2, 3]);
});

it('waits again when a timer rings early, as those of Node.js may', () => {
  let now = 0;
  const timers: { ms: number; callback: () => void }[] = [];
  const clock = {
    now: () => now,
    after: (ms: number, callback: () => void) => {
      timers.push({ ms, callback });
      return () => {};
    },
  };
  const rung: string[] = [];
  const alarms = new Alarms<string>(clock, (item) => rung.push(item));
  alarms.add(100, 'x');
  now = 99;
  timers[0]?.callback();
  expect(rung).toEqual([]);
  expect(timers[1]?.ms).toBe(1);
  now = 100;
  timers[1]?.callback();
  expect(rung).toEqual(['x']);
});
