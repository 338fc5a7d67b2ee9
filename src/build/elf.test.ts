import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeElf } from './elf.fixture.js';
import { inspectElf } from './elf.js';

const FUNCTION = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libgcc_s.so.1', 'libc.so.6'],
  versions: [
    { library: 'libgcc_s.so.1', version: 'GCC_3.0', symbols: ['_Unwind_Resume'] },
    { library: 'libc.so.6', version: 'GLIBC_2.2.5', symbols: ['memcpy', 'write'] },
    { library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['__libc_start_main'] },
    { library: 'libc.so.6', version: 'GLIBC_2.39', weak: true, symbols: ['pidfd_spawnp'] },
  ],
} as const;

describe('inspectElf', () => {
  for (const bits of [32, 64] as const) {
    for (const little of [true, false]) {
      for (const hash of ['gnu', 'sysv', 'none'] as const) {
        it(`reads ${bits} bits, ${little ? 'little' : 'big'} endian, hash table: ${hash}`, () => {
          const result = inspectElf(makeElf({ ...FUNCTION, bits, little, hash }));
          expect(result).toEqual({
            kind: 'elf',
            facts: {
              bits,
              architecture: 'x86_64',
              type: 'shared',
              interpreter: FUNCTION.interpreter,
              libraries: FUNCTION.libraries,
              versions: FUNCTION.versions.map((one) => ({ weak: false, ...one })),
            },
          });
        });
      }
    }
  }

  it.each([
    [183, 'aarch64'],
    [62, 'x86_64'],
    [3, 'x86'],
    [9999, 'machine-9999'],
  ])('calls machine %i %s', (machine, architecture) => {
    expect(inspectElf(makeElf({ machine }))).toMatchObject({ facts: { architecture } });
  });

  it('reads a static binary, which has no dynamic segment to speak of', () => {
    const facts = { interpreter: undefined, libraries: [], versions: [] };
    expect(inspectElf(makeElf({ type: 2 }))).toMatchObject({ facts: { ...facts, type: 'executable' } });
  });

  it.each([
    ['a script', '#!/bin/sh\n', 'it is a script'],
    ['a macOS program', '\xcf\xfa\xed\xfe\x07\x00\x00\x01', 'it is a program for macOS'],
    ['a Windows program', 'MZ\x90\x00', 'it is a program for Windows'],
    ['a text', 'hello', 'it does not begin like a Linux program (ELF)'],
  ])('refuses %s and says what it is', (_, bytes, detail) => {
    expect(inspectElf(Buffer.from(bytes, 'latin1'))).toEqual({ kind: 'refused', why: 'not-elf', detail });
  });

  it('takes an empty file for one that was cut off', () => {
    const empty = { kind: 'refused', why: 'truncated', detail: 'the file is empty' };
    expect(inspectElf(new Uint8Array())).toEqual(empty);
  });

  it('never reads more than the pieces it needs', () => {
    const bytes = makeElf(FUNCTION);
    const pieces: number[] = [];
    const source = {
      size: 4_000_000_000,
      read: (offset: number, length: number) => {
        pieces.push(length);
        return bytes.subarray(offset, offset + length);
      },
    };
    expect(inspectElf(source).kind).toBe('elf');
    expect(Math.max(...pieces)).toBeLessThan(1000);
  });
});

describe('hostile input', () => {
  const whole = makeElf(FUNCTION);

  it('is refused at every length short of the whole, or read alike', () => {
    for (let length = 0; length < whole.length; length += 1) {
      const result = inspectElf(whole.subarray(0, length));
      expect(result.kind, `${length} bytes`).toBe('refused');
    }
  });

  it('never throws or hangs for random bytes, with and without a magic number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, magic) => {
        if (magic) bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1].slice(0, bytes.length));
        expect(['elf', 'refused']).toContain(inspectElf(bytes).kind);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws or hangs for a real file with some bytes changed', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
    const base = fc.constantFrom(
      whole,
      makeElf({ ...FUNCTION, bits: 32 }),
      makeElf({ ...FUNCTION, hash: 'sysv' }),
      makeElf({ ...FUNCTION, hash: 'none' }),
    );
    fc.assert(
      fc.property(base, fc.array(change, { minLength: 1, maxLength: 12 }), (original, changes) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expect(['elf', 'refused']).toContain(inspectElf(bytes).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends soon for tables that claim to be endless', () => {
    // Every field of the version table says: go on at the same distance, there is always more.
    const bytes = Uint8Array.from(makeElf(FUNCTION));
    const view = new DataView(bytes.buffer);
    for (let at = 64; at + 8 <= bytes.length; at += 8) {
      // The value of DT_VERNEEDNUM.
      if (view.getBigUint64(at, true) === 0x6fffffffn) view.setBigUint64(at + 8, 0xffff_ffffn, true);
    }
    const started = performance.now();
    inspectElf(bytes);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
