import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bucket, fullBucket, spend, waitMs } from './bandwidth.js';
import { STREAM_BURST_BYTES as BURST, STREAM_BYTES_PER_SECOND as RATE } from './limits.js';

const chunks = fc.array(
  fc.record({
    bytes: fc.oneof(fc.integer({ min: 1, max: 65_536 }), fc.integer({ min: 1, max: BURST })),
    idleMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(10_000)),
  }),
  { maxLength: 60 },
);

/** When each chunk leaves a function that always has another one, but for its own pauses. */
function departures(sent: readonly { bytes: number; idleMs: number }[]): { atMs: number; bytes: number }[] {
  let bucket: Bucket = fullBucket(0);
  let now = 0;
  return sent.map(({ bytes, idleMs }) => {
    now += idleMs;
    now += waitMs(bucket, bytes, now);
    bucket = spend(bucket, bytes, now);
    return { atMs: now, bytes };
  });
}

it('lets the first 6 MB leave at once, and then 2 MB a second', () => {
  const size = 65_536;
  const sent = Array.from({ length: (BURST + 4 * RATE) / size }, () => ({ bytes: size, idleMs: 0 }));
  const left = departures(sent);
  expect(left.filter(({ atMs }) => atMs === 0)).toHaveLength(BURST / size);
  // Each of the waits is rounded up to a millisecond: a chunk takes 31.25.
  expect(left.at(-1)!.atMs).toBeGreaterThanOrEqual(4000);
  expect(left.at(-1)!.atMs).toBeLessThan(4000 * 1.03);
});

it('never lets more leave than the burst and what the time allows', () => {
  fc.assert(
    fc.property(chunks, (sent) => {
      const left = departures(sent);
      for (let from = 0; from < left.length; from += 1) {
        let bytes = 0;
        for (const departure of left.slice(from)) {
          bytes += departure.bytes;
          const seconds = (departure.atMs - left[from]!.atMs) / 1000;
          expect(bytes).toBeLessThanOrEqual(BURST + seconds * RATE + 1);
        }
      }
    }),
  );
});

it('holds nothing up for longer than its bytes take', () => {
  fc.assert(
    fc.property(chunks, (sent) => {
      let bucket = fullBucket(0);
      for (const { bytes } of sent) {
        const wait = waitMs(bucket, bytes, bucket.atMs);
        expect(wait).toBeLessThanOrEqual(Math.ceil((bytes * 1000) / RATE));
        bucket = spend(bucket, bytes, bucket.atMs + wait);
      }
    }),
  );
});

it('is not refilled by a clock that was set back', () => {
  const empty = spend(fullBucket(10_000), BURST, 10_000);
  expect(waitMs(empty, RATE, 0)).toBe(1000);
});
