import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type Dropped, type Next, Outbox } from './outbox.js';

const BUFFERING = { maxItems: 3, maxBytes: 20, timeoutMs: 100 };

function outbox(buffering = BUFFERING) {
  const dropped: Dropped[] = [];
  const box = new Outbox(buffering, (told) => {
    dropped.push(told);
    return undefined;
  });
  return { box, dropped };
}

const sent = (next: Next) => (next.kind === 'send' ? next.events : next);

describe('a batch is cut', () => {
  it('after timeoutMs of its first event', () => {
    const { box } = outbox();
    box.add('a', 1_000);
    expect(box.next(1_000)).toEqual({ kind: 'wait', at: 1_100 });
    box.add('b', 1_099);
    expect(box.next(1_099)).toEqual({ kind: 'wait', at: 1_100 });
    expect(sent(box.next(1_100))).toEqual(['a', 'b']);
  });

  it('at maxItems', () => {
    const { box } = outbox();
    for (const event of ['a', 'b', 'c']) box.add(event, 0);
    expect(sent(box.next(0))).toEqual(['a', 'b', 'c']);
  });

  it('at maxBytes, counted as UTF-8', () => {
    const { box } = outbox();
    box.add('ü'.repeat(6), 0);
    expect(box.next(0).kind).toBe('wait');
    box.add('x'.repeat(8), 0);
    expect(sent(box.next(0))).toEqual(['ü'.repeat(6), 'x'.repeat(8)]);
  });

  it('alone for an event that is larger than a batch', () => {
    const { box } = outbox();
    box.add('x'.repeat(30), 0);
    box.add('y', 0);
    expect(sent(box.next(0))).toEqual(['x'.repeat(30)]);
    box.answered('taken', 0);
    expect(box.next(0)).toEqual({ kind: 'wait', at: 100 });
  });

  it('at once when it is flushed, and all that is there', () => {
    const { box } = outbox();
    for (const event of ['a'.repeat(15), 'b'.repeat(15)]) box.add(event, 0);
    box.flush();
    expect(sent(box.next(1))).toHaveLength(1);
    box.answered('taken', 2);
    expect(sent(box.next(2))).toHaveLength(1);
    box.answered('taken', 3);
    box.add('c', 4);
    expect(box.next(4)).toEqual({ kind: 'wait', at: 104 });
  });
});

describe('a batch under way', () => {
  it('holds back the next one', () => {
    const { box } = outbox();
    for (const event of ['a', 'b', 'c']) box.add(event, 0);
    box.next(0);
    for (const event of ['d', 'e', 'f']) box.add(event, 500);
    expect(box.next(900)).toEqual({ kind: 'rest' });
    box.answered('taken', 900);
    expect(sent(box.next(900))).toEqual(['d', 'e', 'f']);
  });

  it.each<[Answer, number[]]>([
    ['unreachable', [50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000]],
    ['refused', [50, 100, 200, 400, 800, 1_000, 1_000]],
  ])('that is %s is tried again after pauses that grow', (answer, pauses) => {
    const { box } = outbox();
    box.add('a', 0);
    box.flush();
    let now = 0;
    for (const pause of pauses) {
      expect(sent(box.next(now))).toEqual(['a']);
      box.answered(answer, now);
      expect(box.next(now + pause - 1)).toEqual({ kind: 'wait', at: now + pause });
      now += pause;
    }
  });

  it('is given up when it was refused eight times, and told of', () => {
    const { box, dropped } = outbox();
    for (const event of ['a', 'bb']) box.add(event, 0);
    box.flush();
    for (let now = 0; now < 8_000; now += 1_000) {
      expect(sent(box.next(now))).toEqual(['a', 'bb']);
      box.answered('refused', now);
    }
    box.next(8_000);
    expect(dropped).toEqual([{ records: 2, bytes: 3 }]);
    expect(box.isEmpty).toBe(true);
  });
});

it('drops what comes when the buffer is full, and says how much with the next batch', () => {
  const box = new Outbox(BUFFERING, ({ records, bytes }) => `dropped ${records}/${bytes}`);
  for (const event of ['a', 'b', 'c']) box.add(event, 0);
  box.next(0);
  for (const event of ['d', 'e', 'f', 'gg', 'hh']) box.add(event, 1);
  box.answered('taken', 2);
  expect(sent(box.next(2))).toEqual(['d', 'e', 'f', 'dropped 2/4']);
});

it('hands out what was not delivered, in order', () => {
  const { box } = outbox();
  for (const event of ['a', 'b', 'c']) box.add(event, 0);
  box.next(0);
  box.add('d', 0);
  expect(box.takeRest()).toEqual(['a', 'b', 'c', 'd']);
  expect(box.isEmpty).toBe(true);
});

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), size: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 2_000 }) }),
  fc.record({
    do: fc.constant('answer' as const),
    answer: fc.constantFrom<Answer>('taken', 'refused', 'unreachable'),
  }),
  fc.record({ do: fc.constant('flush' as const) }),
);

it('delivers each event once and in order, drops it and says so, or still has it; and never holds much', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { box, dropped } = outbox();
      const delivered: string[] = [];
      let now = 0;
      let added = 0;
      let batch: readonly string[] | undefined;
      for (const doing of steps) {
        if (doing.do === 'add') {
          added += 1;
          box.add(`${added}:`.padEnd(doing.size, 'x'), now);
        } else if (doing.do === 'wait') now += doing.ms;
        else if (doing.do === 'flush') box.flush();
        else if (batch) {
          if (doing.answer === 'taken') delivered.push(...batch);
          batch = undefined;
          box.answered(doing.answer, now);
        }
        const next = box.next(now);
        if (next.kind === 'send') {
          expect(batch).toBeUndefined();
          expect(next.events.length).toBeLessThanOrEqual(BUFFERING.maxItems);
          batch = next.events;
        } else if (next.kind === 'wait') expect(next.at).toBeGreaterThan(now);
      }
      const rest = box.takeRest();
      expect(rest.length).toBeLessThanOrEqual(2 * BUFFERING.maxItems);
      const numbers = [...delivered, ...rest].map((event) => Number.parseInt(event, 10));
      expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
      if (batch) box.answered('taken', now);
      box.next(now + 10_000);
      const lost = dropped.reduce((sum, { records }) => sum + records, 0);
      expect(numbers.length + lost).toBe(added);
    }),
  );
});
