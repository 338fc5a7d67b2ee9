import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeElf } from './elf.fixture.js';
import { inspectElf } from './elf.js';
import { bytesOf } from './elf-bytes.js';
import { readSections, SECTION_BYTES } from './elf-sections.js';
import { stripPlan } from './elf-strip.js';
import { readCode } from './elf-symbols.js';

const PROGRAM = makeElf({
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libc.so.6'],
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['puts'] }],
});

interface Part {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  readonly link?: number;
  readonly bytes?: Buffer;
  readonly offset?: number;
  readonly size?: number;
}

/** A program with sections behind it, as a linker leaves them. */
function withSections(parts: readonly Part[]): Buffer {
  const all: Part[] = [{ name: '', type: 0, bytes: Buffer.alloc(0) }, ...parts];
  const names = all.map(({ name }) => name).join('\0');
  all.push({ name: '.shstrtab', type: 3, bytes: Buffer.from(`${names}\0.shstrtab\0`, 'latin1') });
  const header = Buffer.from(PROGRAM);
  const pieces: Uint8Array[] = [header];
  let at = header.length;
  const table = Buffer.alloc(all.length * SECTION_BYTES);
  const text = `${names}\0.shstrtab\0`;
  all.forEach((one, index) => {
    const start = index * SECTION_BYTES;
    table.writeUInt32LE(text.indexOf(`${one.name}\0`), start);
    table.writeUInt32LE(one.type, start + 4);
    table.writeBigUInt64LE(BigInt(one.flags ?? 0), start + 8);
    table.writeBigUInt64LE(BigInt(one.offset ?? (index === 0 ? 0 : at)), start + 24);
    table.writeBigUInt64LE(BigInt(one.size ?? one.bytes?.length ?? 0), start + 32);
    table.writeUInt32LE(one.link ?? 0, start + 40);
    table.writeBigUInt64LE(1n, start + 48);
    if (one.bytes) {
      pieces.push(one.bytes);
      at += one.bytes.length;
    }
  });
  header.writeBigUInt64LE(BigInt(at), 40);
  header.writeUInt16LE(SECTION_BYTES, 58);
  header.writeUInt16LE(all.length, 60);
  header.writeUInt16LE(all.length - 1, 62);
  return Buffer.concat([...pieces, table]);
}

function symbol(name: number, address: number, bytes: number, type = 2): Buffer {
  const one = Buffer.alloc(24);
  one.writeUInt32LE(name, 0);
  one.writeUInt8(type, 4);
  one.writeBigUInt64LE(BigInt(address), 8);
  one.writeBigUInt64LE(BigInt(bytes), 16);
  return one;
}

const STRINGS = Buffer.from('\0first\0second\0alias\0data\0', 'latin1');
const SYMBOLS = Buffer.concat([
  symbol(0, 0, 0, 0),
  symbol(1, 0x10, 100),
  symbol(7, 0x80, 50),
  symbol(14, 0x10, 100),
  symbol(20, 0x200, 8, 1),
]);
const PARTS: readonly Part[] = [
  { name: '.text', type: 1, flags: 6, offset: 64, size: 160 },
  { name: '.comment', type: 1, bytes: Buffer.from('rustc') },
  { name: '.debug_info', type: 1, bytes: Buffer.alloc(5_000) },
  { name: '.symtab', type: 2, link: 5, bytes: SYMBOLS },
  { name: '.strtab', type: 3, bytes: STRINGS },
];

function stripped(file: Buffer): Buffer {
  const plan = stripPlan(bytesOf(file));
  if (!plan) throw new Error('there was nothing to strip');
  const bytes = Buffer.concat(
    plan.pieces.map((one) =>
      one instanceof Uint8Array ? one : file.subarray(one.offset, one.offset + one.length),
    ),
  );
  expect(bytes.length).toBe(plan.size);
  return bytes;
}

describe('stripPlan', () => {
  it('takes out symbols and debug information, and leaves all that is loaded as it is', () => {
    const file = withSections(PARTS);
    const bytes = stripped(file);
    expect(bytes.length).toBeLessThan(file.length - 5_000 - SYMBOLS.length - STRINGS.length);
    expect(bytes.subarray(64, PROGRAM.length).equals(PROGRAM.subarray(64))).toBe(true);
    expect(inspectElf(bytes)).toEqual(inspectElf(file));
    expect(readSections(bytesOf(bytes)).map(({ name }) => name)).toEqual([
      '',
      '.text',
      '.comment',
      '.shstrtab',
    ]);
    const comment = readSections(bytesOf(bytes))[2];
    expect(bytes.toString('latin1', comment?.offset, (comment?.offset ?? 0) + 5)).toBe('rustc');
    expect(stripPlan(bytesOf(bytes))).toBeUndefined();
  });

  it.each<[string, readonly Part[]]>([
    ['has no symbols', PARTS.slice(0, 2)],
    [
      'has what is loaded behind its symbols',
      [...PARTS, { name: '.late', type: 1, flags: 2, bytes: Buffer.alloc(8) }],
    ],
    ['has symbols inside of a segment', [{ name: '.symtab', type: 2, offset: 64, size: 24, link: 0 }]],
  ])('leaves a file alone that %s', (_, parts) => {
    expect(stripPlan(bytesOf(withSections(parts)))).toBeUndefined();
  });

  it('never throws, and never loses what is loaded, whatever is wrong in the file', () => {
    const good = withSections(PARTS);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bad = Buffer.from(good);
        bad[at] = value;
        const plan = stripPlan(bytesOf(bad));
        readCode(bytesOf(bad));
        const loaded = plan?.pieces[1];
        // Where the segments are is told by the front of the file.
        if (at >= PROGRAM.length && loaded && !(loaded instanceof Uint8Array)) {
          expect(loaded.offset + loaded.length).toBeGreaterThanOrEqual(PROGRAM.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('readCode', () => {
  it('counts each piece of code once, and data not at all', () => {
    expect(readCode(bytesOf(withSections(PARTS)))).toEqual({
      bytes: 160,
      functions: [
        { name: 'first', bytes: 100 },
        { name: 'second', bytes: 50 },
      ],
    });
  });

  it('has nothing to say of a file without symbols', () => {
    expect(readCode(bytesOf(PROGRAM))).toBeUndefined();
    expect(readCode(bytesOf(Buffer.from('text')))).toBeUndefined();
  });
});
