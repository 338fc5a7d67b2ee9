import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseErrorTrailer } from '../lambda/response-stream.js';
import { StreamTail, TAIL_BYTES } from './stream-tail.js';

function tailOf(chunks: readonly Buffer[]): Buffer {
  const tail = new StreamTail();
  for (const chunk of chunks) tail.add(chunk);
  return tail.bytes();
}

/** The bytes, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
}

const places = fc.array(fc.nat(), { maxLength: 40 });

it('is the end of the stream, whatever its chunks are', () => {
  fc.assert(
    fc.property(fc.nat(3 * TAIL_BYTES), places, (length, cuts) => {
      const bytes = Buffer.from(Array.from({ length }, (_, index) => index % 251));
      const tail = tailOf(cut(bytes, cuts));
      expect(tail.length).toBeGreaterThanOrEqual(Math.min(length, TAIL_BYTES));
      expect(tail.equals(bytes.subarray(length - tail.length))).toBe(true);
    }),
  );
});

it('has the error that a handler ended its stream with, whatever the chunks are', () => {
  const told = Buffer.from('no more').toString('base64');
  const text = `Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\nLambda-Runtime-Function-Error-Body: ${told}\r\n`;
  fc.assert(
    fc.property(fc.nat(2 * TAIL_BYTES), places, (before, cuts) => {
      const tail = tailOf(cut(Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from(text)]), cuts));
      expect(parseErrorTrailer(tail)).toEqual({ errorType: 'Runtime.StreamError', message: 'no more' });
    }),
  );
});

it('holds no more than a chunk over what it needs', () => {
  const tail = new StreamTail();
  for (let count = 0; count < 100; count += 1) tail.add(Buffer.alloc(1_000));
  expect(tail.bytes().length).toBeLessThan(TAIL_BYTES + 1_000);
});
