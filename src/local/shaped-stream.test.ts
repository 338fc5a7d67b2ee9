import fc from 'fast-check';
import { expect, it } from 'vitest';
import { movedClock } from '../../tests/support/moved-clock.js';
import { timedOut } from '../lambda/function-errors.js';
import { STREAM_BURST_BYTES } from '../lambda/limits.js';
import type { ResponseStream } from './invocation.js';
import { ShapedStream } from './shaped-stream.js';

/** A reader that takes what it gets, but says now and then that it has enough. */
function reader(fullEvery: number) {
  const told: string[] = [];
  let bytes = 0;
  let drained: (() => void) | undefined;
  const stream: ResponseStream = {
    write(chunk) {
      expect(drained).toBeUndefined();
      bytes += chunk.length;
      told.push(String(chunk[0]));
      return told.length % fullEvery !== 0;
    },
    whenDrained(listener) {
      drained = listener;
    },
    end: () => void told.push('end'),
    fail: () => void told.push('fail'),
  };
  const drain = () => {
    const listener = drained;
    drained = undefined;
    listener?.();
  };
  return { stream, told, drain, bytes: () => bytes };
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 65_536 }), fc.constant(STREAM_BURST_BYTES)), {
  maxLength: 20,
});

it('hands on every chunk once and in order, and then the end, whatever holds it up', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), fc.boolean(), (lengths, fullEvery, fails) => {
      const clock = movedClock();
      const { stream, told, drain } = reader(fullEvery);
      const shaped = new ShapedStream(stream, clock);
      let ready = true;
      for (const [index, length] of lengths.entries()) {
        while (!ready) {
          drain();
          if (!ready) clock.move(clock.next ?? 0);
        }
        ready = shaped.write(Buffer.alloc(length, index));
        if (!ready) {
          shaped.whenDrained(() => {
            ready = true;
          });
        }
      }
      // Node.js may tell of the end of a request before the last chunk has been taken.
      if (fails) shaped.fail(timedOut('id', 1));
      else shaped.end();
      while (clock.next !== undefined) clock.move(clock.next);
      expect(told).toEqual([...lengths.keys()].map(String).concat(fails ? 'fail' : 'end'));
    }),
  );
});
