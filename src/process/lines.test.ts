import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './lines.js';

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

it.each([
  ['', []],
  ['a\nb\n', ['a', 'b']],
  ['a\r\nb', ['a', 'b']],
  ['\n\n', ['', '']],
])('cuts %j', (text, lines) => {
  expect(split([Buffer.from(text)])).toEqual(lines);
});

it('gives the same lines however the bytes are cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '𝄞', '\n', '\r\n', ' ') });
  fc.assert(
    fc.property(text, fc.array(fc.nat(20)), (whole, sizes) => {
      const bytes = Buffer.from(whole);
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      chunks.push(bytes.subarray(at));
      expect(split(chunks)).toEqual(split([bytes]));
    }),
  );
});
