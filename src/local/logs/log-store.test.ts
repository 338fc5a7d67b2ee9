import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalEvent } from '../events.js';
import { LogStore } from './log-store.js';
import { line } from './logged.fixture.js';

const NOW = Date.UTC(2026, 10, 23);
const GROUP = '/aws/lambda/hello';
const closed = (logStream: string): LocalEvent => ({
  type: 'environment.closed',
  reason: 'idle',
  function: 'hello',
  environment: 1,
  logStream,
  time: NOW,
});
const kept = (store: LogStore) =>
  [...(store.group(GROUP)?.streams.values() ?? [])].flatMap((stream) =>
    stream.events().map(({ message }) => message.trim()),
  );

function storeWith(bounds: { events: number; bytes: number }, ...streams: string[]): LogStore {
  const store = new LogStore(bounds);
  for (const stream of streams) store.openStream(GROUP, stream);
  return store;
}

describe('a store', () => {
  it('has groups in the order of their names', () => {
    const store = new LogStore();
    for (const name of ['/b', '/a', '/b']) store.openGroup(name);
    expect(store.allGroups().map(({ name }) => name)).toEqual(['/a', '/b']);
  });

  it('keeps what belongs to a stream that it knows, and passes over the rest', () => {
    const store = storeWith({ events: 9, bytes: 999 }, 's');
    store.take(line('one', NOW, 's'));
    store.take(line('lost', NOW, 'nobody’s'));
    expect(kept(store)).toEqual(['one']);
  });

  it('keeps what is said on the way out', () => {
    const store = storeWith({ events: 9, bytes: 999 }, 's');
    store.take(line('one', NOW, 's'));
    store.take(closed('s'));
    store.take(line('farewell', NOW, 's'));
    expect(kept(store)).toEqual(['one', 'farewell']);
  });

  it.each([
    ['events', { events: 3, bytes: 9_999 }],
    ['bytes', { events: 999, bytes: 15 }],
  ])('forgets the oldest of all streams when it has too many %s', (_what, bounds) => {
    const store = storeWith(bounds, 'a', 'b');
    for (let at = 0; at < 10; at += 1) store.take(line(`line${at}`, NOW, at % 2 ? 'a' : 'b'));
    expect(kept(store).sort()).toEqual(['line7', 'line8', 'line9']);
  });

  it('forgets a stream with its last event, once its environment has ended', () => {
    const store = storeWith({ events: 1, bytes: 999 }, 'a', 'b', 'c');
    store.take(line('one', NOW, 'a'));
    store.take(closed('a'));
    store.take(closed('c'));
    store.take(line('two', NOW, 'b'));
    expect([...store.group(GROUP)!.streams.keys()]).toEqual(['b']);
  });

  it('never holds more than its bounds, and always the newest, however often it is read', () => {
    const step = fc.record({ stream: fc.constantFrom('a', 'b', 'c'), read: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 10 }), (steps, events) => {
        const store = storeWith({ events, bytes: 99_999 }, 'a', 'b', 'c');
        for (const [at, { stream, read }] of steps.entries()) {
          store.take(line(`${at}`, NOW + at, stream));
          if (read) kept(store);
        }
        const newest = steps.map((_, at) => at).slice(-events);
        expect(
          kept(store)
            .map(Number)
            .sort((a, b) => a - b),
        ).toEqual(newest);
      }),
    );
  });

  it('says goodbye once', () => {
    const store = new LogStore();
    const heard: string[] = [];
    store.onClose(() => heard.push('one'));
    store.onClose(() => heard.push('two'))();
    store.close();
    store.close();
    expect(heard).toEqual(['one']);
  });
});
