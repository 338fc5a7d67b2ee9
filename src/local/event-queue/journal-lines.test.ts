import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, FORMAT, fromLine, toLine } from './journal-lines.js';
import { Live, readJournal } from './unfinished.js';

/** Journals as services write them: few events, so that entries meet. */
const id = fc.constantFrom('a', 'b', 'c', 'd');
const payload = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);
const event = fc.record({
  requestId: id,
  functionName: fc.constant('fn'),
  arn: fc.constant('arn:aws:lambda:eu-west-1:111111111111:function:fn'),
  payload: payload.map((json) => Buffer.from(json)),
  traceId: fc.constant('Root=1'),
  acceptedAt: fc.nat(),
  rounds: fc.nat(),
  attempts: fc.nat(),
  requeues: fc.nat(),
  dueAt: fc.nat(),
});
const delivery = fc.record({
  id: fc.constantFrom('x', 'y', 'z'),
  requestId: id,
  functionName: fc.constant('fn'),
  role: fc.constantFrom('on-success', 'on-failure', 'dead-letter'),
  delivery: payload.map((json) => ({ service: 'lambda' as const, arn: 'fn', payload: json })),
});
const entry: fc.Arbitrary<Entry> = fc.oneof(
  event.map((one): Entry => ({ kind: 'accepted', event: one })),
  fc
    .record({ requestId: id, attempts: fc.nat(), requeues: fc.nat(), dueAt: fc.nat() })
    .map((one): Entry => ({ kind: 'changed', ...one })),
  fc
    .record({ requestId: id, deliveries: fc.array(delivery, { maxLength: 2 }) })
    .map((one): Entry => ({ kind: 'ended', ...one })),
  fc.constantFrom('x', 'y', 'z').map((one): Entry => ({ kind: 'delivered', id: one })),
);
const entries = fc.array(entry, { maxLength: 12 });

const bytesOf = (all: Iterable<Entry>) => Buffer.from([...all].map(toLine).join(''));

function leftBy(all: Iterable<Entry>) {
  const live = new Live();
  for (const one of all) live.take(one);
  return live;
}

describe('a line', () => {
  it('comes back as it was, and is one line', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const line = toLine(one);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(fromLine(line.slice(0, -1))).toEqual(JSON.parse(JSON.stringify(one), revivePayload));
      }),
    );
  });

  it('is no line any more when anything of it is missing or different', () => {
    const line = toLine({ kind: 'delivered', id: 'x' }).slice(0, -1);
    for (let at = 0; at < line.length; at += 1) {
      expect(fromLine(line.slice(0, at))).toBeUndefined();
      expect(fromLine(`${line.slice(0, at)}~${line.slice(at + 1)}`)).toBeUndefined();
    }
  });
});

/** A payload is a Buffer in an entry, and JSON spells it as an object. */
function revivePayload(name: string, value: unknown): unknown {
  const buffer = value as { type?: string; data?: number[] } | null;
  return name === 'payload' && buffer?.type === 'Buffer' ? Buffer.from(buffer.data ?? []) : value;
}

describe('a journal', () => {
  it('leaves to be done what its entries leave', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const { live, unreadable, known } = readJournal(bytesOf([FORMAT, ...all]));
        expect(live.unfinished).toEqual(leftBy(all).unfinished);
        expect([unreadable, known]).toEqual([0, true]);
      }),
    );
  });

  it('that was cut off anywhere loses nothing but its last line', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (all, at) => {
        const bytes = bytesOf([FORMAT, ...all]);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const whole = cut.filter((byte) => byte === 0x0a).length;
        const { live, unreadable } = readJournal(cut);
        const without = leftBy([FORMAT, ...all].slice(0, whole)).unfinished;
        // A line that only lacks its line feed is whole.
        const withIt = leftBy([FORMAT, ...all].slice(0, whole + 1)).unfinished;
        expect([without, withIt]).toContainEqual(live.unfinished);
        expect(unreadable).toBe(0);
      }),
    );
  });

  it('with a line that cannot be read goes on after it, and tells', () => {
    const [first, second, third] = [...'abc'].map((requestId) =>
      toLine({ kind: 'ended', requestId, deliveries: [deliveryOf(requestId)] }),
    );
    const journal = Buffer.from(`${toLine(FORMAT)}${first}${second?.replace('ended', 'endet')}${third}`);
    const { live, unreadable } = readJournal(journal);
    expect(live.unfinished.deliveries.map(({ requestId }) => requestId)).toEqual(['a', 'c']);
    expect(unreadable).toBe(1);
  });

  it('of another format is not known', () => {
    const other = { kind: 'format', version: 2 } as unknown as Entry;
    expect(readJournal(bytesOf([other])).known).toBe(false);
    expect(readJournal(bytesOf([{ kind: 'delivered', id: 'x' }])).known).toBe(false);
    expect(readJournal(Buffer.alloc(0)).known).toBe(true);
    expect(readJournal(Buffer.from('garbage')).known).toBe(true);
  });
});

function deliveryOf(requestId: string) {
  const to = { service: 'lambda', arn: 'fn', payload: '1' } as const;
  return { id: requestId, requestId, functionName: 'fn', role: 'on-success', delivery: to } as const;
}

describe('a journal that is written anew', () => {
  it('leaves the same to be done, in the same order, and is no longer than it must be', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const live = leftBy(all);
        const anew = [...live.entries()];
        expect(leftBy(anew).unfinished).toEqual(live.unfinished);
        const { events, deliveries } = live.unfinished;
        expect(anew).toHaveLength(1 + events.length + deliveries.length);
      }),
    );
  });

  it('keeps events in the order in which they were accepted, also those that are tried again', () => {
    const accept = (requestId: string): Entry => ({
      kind: 'accepted',
      event: {
        requestId,
        functionName: 'fn',
        arn: 'arn',
        payload: Buffer.from('{}'),
        traceId: '',
        acceptedAt: 0,
        rounds: 1,
        attempts: 0,
        requeues: 0,
        dueAt: 0,
      },
    });
    const live = leftBy([
      ...['a', 'b', 'c'].map(accept),
      { kind: 'changed', requestId: 'a', attempts: 1, requeues: 0, dueAt: 60_000 },
      { kind: 'ended', requestId: 'b', deliveries: [] },
    ]);
    expect(live.unfinished.events.map(({ requestId, attempts }) => [requestId, attempts])).toEqual([
      ['a', 1],
      ['c', 0],
    ]);
  });
});
