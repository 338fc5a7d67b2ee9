import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from './log-stream.js';
import { streamPage } from './stream-page.js';

const events = (...times: number[]): LogEvent[] =>
  times.map((timestamp, index) => ({ timestamp, ingestionTime: timestamp, message: `${index}\n`, index }));
const indexes = (page: { events: readonly LogEvent[] }) => page.events.map(({ index }) => index);

/** Reads on until the token is the one that was sent. */
function walk(all: readonly LogEvent[], direction: 'f' | 'b', limit: number): number[] {
  const found: number[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = streamPage(all, { limit, startFromHead: direction === 'f', nextToken });
    const token = direction === 'f' ? page.nextForwardToken : page.nextBackwardToken;
    if (direction === 'f') found.push(...indexes(page));
    else found.unshift(...indexes(page));
    if (token === nextToken) return found;
    nextToken = token;
  }
}

describe('a page of a stream', () => {
  const all = events(10, 20, 20, 30, 40);

  it('is the newest events without a token, or the oldest from the head', () => {
    expect(indexes(streamPage(all, { limit: 2 }))).toEqual([3, 4]);
    expect(indexes(streamPage(all, { limit: 2, startFromHead: true }))).toEqual([0, 1]);
  });

  it('is of a time: from its beginning up to its end, which is left out', () => {
    expect(indexes(streamPage(all, { startTime: 20, endTime: 40 }))).toEqual([1, 2, 3]);
  });

  it('has tokens of AWS’s form that lead both ways', () => {
    const page = streamPage(all, { limit: 2, startFromHead: true });
    expect(page.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
    expect(page.nextBackwardToken).toMatch(/^b\/\d{56}\/s$/);
    const next = streamPage(all, { limit: 2, nextToken: page.nextForwardToken });
    expect(indexes(next)).toEqual([2, 3]);
    expect(indexes(streamPage(all, { limit: 9, nextToken: next.nextBackwardToken }))).toEqual([0, 1]);
  });

  it('is empty at the end, with the token that was sent; what comes later is found with it', () => {
    const { nextForwardToken: nextToken } = streamPage(all, {});
    expect(streamPage(all, { nextToken })).toMatchObject({ events: [], nextForwardToken: nextToken });
    expect(indexes(streamPage([...all, ...events(1, 1, 1, 1, 1, 50).slice(5)], { nextToken }))).toEqual([5]);
    const { nextForwardToken: first } = streamPage([], { startFromHead: true });
    expect(indexes(streamPage(all, { nextToken: first }))).toEqual([0, 1, 2, 3, 4]);
  });

  it('ends at 1 MB, but has one event at least', () => {
    const large = (index: number): LogEvent => ({
      timestamp: index,
      ingestionTime: 0,
      message: 'x'.repeat(700_000),
      index,
    });
    expect(indexes(streamPage([large(0), large(1)], {}))).toEqual([1]);
    expect(indexes(streamPage([{ ...large(0), message: 'x'.repeat(2_000_000) }], {}))).toEqual([0]);
  });

  it.each(['invalid-token', 'f/1/s', 'x', `f/${'9'.repeat(56)}`])('refuses the token %s', (nextToken) => {
    expect(() => streamPage(all, { nextToken })).toThrow('The specified nextToken is invalid.');
  });

  it('by page gives every event once, in either direction, whatever the limit', () => {
    const times = fc
      .array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 })
      .map((some) => some.sort((a, b) => a - b));
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('f', 'b' as const),
        (some, limit, way) => {
          const stream = events(...some);
          expect(walk(stream, way, limit)).toEqual(stream.map(({ index }) => index));
        },
      ),
    );
  });
});
