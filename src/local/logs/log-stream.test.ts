import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Holding } from './log-stream.js';
import { line, start, streamOf, timedLine } from './logged.fixture.js';

const NOW = Date.UTC(2026, 10, 23);
const messages = (stream: ReturnType<typeof streamOf>) => stream.events().map(({ message }) => message);

describe('a stream', () => {
  it('has a line for each event, with its line feed', () => {
    const stream = streamOf([start(NOW), line('one', NOW + 1)]);
    expect(stream.events()).toEqual([
      { timestamp: NOW, ingestionTime: NOW, message: 'START RequestId: id Version: $LATEST\n', index: 0 },
      { timestamp: NOW + 1, ingestionTime: NOW + 1, message: 'one\n', index: 1 },
    ]);
  });

  it('has no event for what CloudWatch does not have, and counts it in its indexes', () => {
    const stream = streamOf([line('', NOW), line('one', NOW), line(' ', NOW), line('two', NOW)]);
    expect(stream.events().map(({ index }) => index)).toEqual([1, 3]);
    expect(stream.end).toBe(4);
  });

  it('is in the order of the events’ own times, and of their coming where those are the same', () => {
    const stream = streamOf([timedLine(NOW, NOW), timedLine(NOW - 5, NOW + 1), timedLine(NOW, NOW + 2)]);
    expect(stream.events().map(({ index, timestamp }) => [index, timestamp - NOW])).toEqual([
      [1, -5],
      [0, 0],
      [2, 0],
    ]);
    expect(stream.since(1).map(({ index }) => index)).toEqual([1, 2]);
  });
});

describe('forgetting', () => {
  it('takes the oldest first, read or unread', () => {
    for (const read of [false, true]) {
      const stream = streamOf([line('one', NOW), start(NOW), line('two', NOW)]);
      if (read) stream.events();
      expect(stream.dropFirst(2)).toBe(true);
      expect(stream.dropFirst(2)).toBe(true);
      expect(stream.dropFirst(2)).toBe(false);
      expect(messages(stream)).toEqual(['two\n']);
      expect(stream.isEmpty).toBe(false);
    }
  });

  it('holds what it says it holds, whatever is told, read and forgotten in whatever order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('tell' as const), text: fc.stringMatching(/^[ab ]{0,5}$/) }),
      fc.record({ do: fc.constantFrom('start', 'read', 'drop' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const holding: Holding = { events: 0, bytes: 0 };
        const stream = streamOf([], undefined, holding);
        for (const one of steps) {
          if (one.do === 'tell') stream.take(line((one as { text: string }).text, NOW));
          if (one.do === 'start') stream.take(start(NOW));
          if (one.do === 'read') stream.events();
          if (one.do === 'drop') stream.dropFirst(stream.end);
        }
        const events = stream.events();
        const bytes = events.reduce((sum, { message }) => sum + message.length, 0);
        expect(holding).toEqual({ events: events.length, bytes });
        while (stream.dropFirst(stream.end));
        expect(holding).toEqual({ events: 0, bytes: 0 });
        expect(stream.isEmpty).toBe(true);
      }),
    );
  });
});
