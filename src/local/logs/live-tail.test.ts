import { describe, expect, it } from 'vitest';
import { LiveTail, type LiveTailQuery } from './live-tail.js';
import type { LogGroup } from './log-store.js';
import { line, streamOf } from './logged.fixture.js';

const NOW = Date.UTC(2026, 10, 23);
const ARN = 'arn:aws:logs:us-east-1:123456789012:log-group:/g';

function tail(query: Partial<LiveTailQuery> = {}) {
  const [a, b] = [streamOf([line('before', NOW)], 'a'), streamOf([], 'b')];
  const group: LogGroup = { name: '/g', creationTime: 0, streams: new Map([a, b].map((s) => [s.name, s])) };
  const session = new LiveTail([{ group, identifier: ARN }], { matches: () => true, ...query });
  const messages = () => session.update().sessionResults.map(({ message }) => message.trim());
  return { session, messages, a, b, group };
}

describe('a Live Tail session', () => {
  it('has what came since its last update, and nothing of before', () => {
    const { session, messages, a, b } = tail();
    expect(session.update()).toEqual({ sessionMetadata: { sampled: false }, sessionResults: [] });
    b.take(line('two', NOW + 2));
    a.take(line('one', NOW + 1));
    expect(session.update().sessionResults).toEqual([
      {
        logStreamName: 'a',
        logGroupIdentifier: ARN,
        message: 'one\n',
        timestamp: NOW + 1,
        ingestionTime: NOW + 1,
      },
      {
        logStreamName: 'b',
        logGroupIdentifier: ARN,
        message: 'two\n',
        timestamp: NOW + 2,
        ingestionTime: NOW + 2,
      },
    ]);
    expect(messages()).toEqual([]);
  });

  it('has streams that are new, from their beginning', () => {
    const { messages, group } = tail();
    group.streams.set('c', streamOf([line('first', NOW)], 'c'));
    expect(messages()).toEqual(['first']);
  });

  it.each([
    ['streams', { logStreamNames: ['b'] }, ['b1']],
    ['prefixes', { logStreamNamePrefixes: ['x', 'a'] }, ['a1']],
    ['a pattern', { matches: (text: string) => text.startsWith('b') }, ['b1']],
  ])('is of the %s that were asked for', (_what, query, found) => {
    const { messages, a, b } = tail(query);
    a.take(line('a1', NOW));
    b.take(line('b1', NOW));
    expect(messages()).toEqual(found);
  });

  it('samples what is more than 500, evenly', () => {
    const { session, a } = tail();
    for (let at = 0; at < 1_000; at += 1) a.take(line(`${at}`, NOW + at));
    const { sessionMetadata, sessionResults } = session.update();
    expect(sessionMetadata).toEqual({ sampled: true });
    expect(sessionResults.map(({ message }) => Number(message))).toEqual(
      Array.from({ length: 500 }, (_, at) => at * 2),
    );
  });
});
