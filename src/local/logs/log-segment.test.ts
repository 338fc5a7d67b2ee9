import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryLine, readSegment, SEGMENT_HEADER, type SegmentEntry } from './log-segment.js';

const count = fc.nat();
const entry: fc.Arbitrary<SegmentEntry> = fc.oneof(
  fc.record({ kind: fc.constant('group' as const), name: fc.string(), creationTime: count }),
  fc.record({
    kind: fc.constant('stream' as const),
    number: count,
    group: fc.string(),
    name: fc.string(),
    creationTime: count,
  }),
  fc.record({
    kind: fc.constant('event' as const),
    stream: count,
    event: fc.record({
      timestamp: count,
      ingestionTime: count,
      message: fc.string({ unit: 'grapheme' }),
      index: count,
    }),
  }),
);
const file = (entries: readonly SegmentEntry[]) =>
  Buffer.from(SEGMENT_HEADER + entries.map(entryLine).join(''));

describe('a file of logs', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const bytes = file(entries);
        expect(readSegment(bytes)).toEqual({ entries, unreadable: 0, whole: bytes.length });
      }),
    );
  });

  it('cut anywhere has all lines before the cut, and nothing that is wrong', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat(), (entries, at) => {
        const bytes = file(entries);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const read = readSegment(cut);
        expect(read?.unreadable).toBe(0);
        expect(read?.entries).toEqual(entries.slice(0, read?.entries.length));
        expect(cut.subarray(0, read?.whole).lastIndexOf(0x0a) + 1).toBe(read?.whole);
      }),
    );
  });

  it('tells how many of its lines hold nothing', () => {
    const bytes = Buffer.from(
      `${SEGMENT_HEADER}nonsense\n["g","/g",1]\n[1,2]\n{}\n["s",-1,"a","b",1]\n[0,1,2,3,4]\n[0,1,2,-3,"a"]\n["g`,
    );
    const entries = [{ kind: 'group', name: '/g', creationTime: 1 }];
    expect(readSegment(bytes)).toEqual({ entries, unreadable: 6, whole: bytes.length - 3 });
  });

  it('of a newer form is not read', () => {
    expect(readSegment(Buffer.from('["crablet logs",2]\n["g","/g",1]\n'))).toBeUndefined();
  });

  it('is never a fault, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readSegment(Buffer.from(bytes))).not.toThrow();
      }),
    );
  });
});
