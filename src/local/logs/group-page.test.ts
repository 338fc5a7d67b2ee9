import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FoundEvent, groupPage } from './group-page.js';
import { line, streamOf } from './logged.fixture.js';

const NOW = Date.UTC(2026, 10, 23);
const everything = () => true;
const name = (digit: string) => `2026/11/23/[$LATEST]${digit.repeat(32)}`;
const texts = (events: readonly FoundEvent[]) => events.map(({ message }) => message.trim());

const streams = [
  streamOf([line('a0', NOW), line('a1', NOW + 2)], name('a')),
  streamOf([line('b0', NOW + 1), line('b1', NOW + 2), line('b2', NOW + 3)], name('b')),
];

describe('a page of a group', () => {
  it('has the events of all streams by time', () => {
    const { events, nextToken } = groupPage(streams, { matches: everything });
    expect(texts(events)).toEqual(['a0', 'b0', 'a1', 'b1', 'b2']);
    expect(nextToken).toBeUndefined();
    expect(events[0]).toMatchObject({ logStreamName: name('a'), timestamp: NOW, ingestionTime: NOW });
  });

  it('gives each event an id of its own, with 56 digits as on AWS', () => {
    const ids = groupPage(streams, { matches: everything }).events.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^\d{56}$/);
  });

  it('may begin with the newest', () => {
    const page = groupPage(streams, { matches: everything, startFromHead: false, limit: 2 });
    expect(texts(page.events)).toEqual(['b2', 'b1']);
    // Which way it goes on, the token says.
    const rest = groupPage(streams, { matches: everything, nextToken: page.nextToken, startFromHead: true });
    expect(texts(rest.events)).toEqual(['a1', 'b0', 'a0']);
  });

  it('is of a time, whose end belongs to it, and of what matches', () => {
    const page = groupPage(streams, { startTime: NOW + 1, endTime: NOW + 2, matches: (text) => text < 'b1' });
    expect(texts(page.events)).toEqual(['b0', 'a1']);
  });

  it.each(['invalid-token', '', 'f/1', Buffer.from('+1/2').toString('base64url')])(
    'refuses the token %j',
    (nextToken) => {
      expect(() => groupPage(streams, { matches: everything, nextToken })).toThrow(
        'The specified nextToken is invalid.',
      );
    },
  );

  it('by page gives every event once, whatever the limit and the way', () => {
    const times = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 5 }), fc.boolean(), (all, limit, startFromHead) => {
        const some = all.map((of, at) =>
          streamOf(
            of.map((time) => line(`${time}`, NOW + time)),
            name(String(at)),
          ),
        );
        const found: FoundEvent[] = [];
        let nextToken: string | undefined;
        do {
          const page = groupPage(some, { matches: everything, limit, startFromHead, nextToken });
          found.push(...page.events);
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        const expected = all.flat().sort((a, b) => (startFromHead ? a - b : b - a));
        expect(texts(found).map(Number)).toEqual(expected);
        expect(new Set(found.map(({ eventId }) => eventId)).size).toBe(expected.length);
      }),
    );
  });
});
