import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownTimestamp } from './log-timestamp.js';

const now = Date.UTC(2026, 10, 23, 12);
const line = (timestamp: unknown) => JSON.stringify({ timestamp, message: 'm' });

describe("a line's own time", () => {
  it.each([
    ['with milliseconds', '2026-11-23T11:59:59.250Z', now - 750],
    ['with microseconds, as tracing writes it', '2026-11-23T11:59:59.250123Z', now - 750],
    ['without a fraction', '2026-11-23T12:00:00Z', now],
    ['with an offset', '2026-11-23T14:00:00.000+02:00', now],
    ['in small letters', '2026-11-23t12:00:00z', now],
  ])('%s', (_name, written, time) => {
    expect(ownTimestamp(line(written), now)).toBe(time);
  });

  it.each([
    ['no zone', '2026-11-23T12:00:00'],
    ['no such day', '2026-13-23T12:00:00Z'],
    ['a number', now],
    ['words', 'just now'],
    ['15 days ago', '2026-11-08T12:00:00Z'],
    ['in three hours', '2026-11-23T15:00:00Z'],
    ['none', undefined],
  ])('is not taken: %s', (_name, written) => {
    expect(ownTimestamp(line(written), now)).toBeUndefined();
  });

  it('is never a fault, whatever the line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => ownTimestamp(text, now)).not.toThrow();
      }),
    );
  });
});
