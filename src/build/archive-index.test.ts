import { describe, expect, it } from 'vitest';
import { archiveSymbols } from './archive-index.js';
import { bytesOf } from './elf-bytes.js';

function archive(name: string, index: Buffer): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'0'.padEnd(8)}${String(index.length).padEnd(10)}\x60\n`;
  return Buffer.concat([Buffer.from(`!<arch>\n${header}`, 'latin1'), index, Buffer.from('more')]);
}

const NAMES = Buffer.from('one\0two\0', 'latin1');
const small = Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.alloc(8), NAMES]);
const large = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 2]), Buffer.alloc(16), NAMES]);

describe('archiveSymbols', () => {
  it.each([
    ['of 32 bits', archive('/', small), ['one', 'two']],
    ['of 64 bits', archive('/SYM64/', large), ['one', 'two']],
    ['none', archive('member.o/', small), []],
    ['cut off', archive('/', small).subarray(0, 75), []],
    [
      'with a wrong count',
      archive('/', Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.alloc(4), NAMES])),
      ['one'],
    ],
    ['of no archive', Buffer.from('text'), []],
  ])('reads an index: %s', (_, bytes, names) => {
    expect(archiveSymbols(bytesOf(bytes))).toEqual(names);
  });
});
