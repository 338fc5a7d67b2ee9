import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onLines } from './output-lines.js';

function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  onLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  return new Promise((resolve) => {
    stream.on('end', () => resolve(lines));
    stream.end();
  });
}

it.each<[string, string, string[]]>([
  ['one line', 'a\n', ['a']],
  ['no line end at the end', 'a\nb', ['a', 'b']],
  ['an empty line', 'a\n\nb\n', ['a', '', 'b']],
  ['nothing', '', []],
  ['a carriage return splits nothing', 'a\rb\r\nc\n', ['a\rb\r', 'c']],
  ['characters of several bytes', 'Grüße, 世界 🦀\n', ['Grüße, 世界 🦀']],
])('%s', async (_name, text, lines) => {
  expect(await linesOf([Buffer.from(text)])).toEqual(lines);
});

describe('however the bytes are cut', () => {
  it('the lines are the same', async () => {
    const text = fc.array(fc.constantFrom('a', '\n', '\r', 'ü', '🦀', 'line of text'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 200 })), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const borders = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
        const expected = parts.join('').split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(chunks)).toEqual(expected);
      }),
    );
  });
});

it('hands a line that never ends on in parts, and loses nothing of it', async () => {
  const long = 'x'.repeat(1_000_000);
  const lines = await linesOf([Buffer.from(long), Buffer.from('y\nshort\n')]);
  expect(lines.at(-1)).toBe('short');
  expect(Math.max(...lines.map((line) => line.length))).toBe(262_144);
  expect(lines.slice(0, -1).join('')).toBe(`${long}y`);
});

it('hands on what has arrived of a line when asked', () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  const flush = onLines(stream, (line) => lines.push(line));
  stream.emit('data', Buffer.from('unfinished'));
  flush();
  flush();
  expect(lines).toEqual(['unfinished']);
});

it('survives bytes that are no UTF-8', async () => {
  expect(await linesOf([Buffer.from([0x61, 0xff, 0x62, 0x0a])])).toEqual(['a\ufffdb']);
});
