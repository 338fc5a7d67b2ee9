import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { deflateRaw } from 'pako';
import { afterEach, describe, expect, it } from 'vitest';
import { makeZip, makeZipInSteps, type ZipEntry } from './zip.js';

const BOOTSTRAP: ZipEntry = { name: 'bootstrap', bytes: Buffer.from('#!/bin/sh\n'), executable: true };

const zone = process.env['TZ'];
afterEach(() => {
  process.env['TZ'] = zone;
  if (zone === undefined) delete process.env['TZ'];
});

describe('makeZip', () => {
  it('marks the bootstrap as a Unix program that all may run, with the oldest date there is', () => {
    const zip = Buffer.from(makeZip([BOOTSTRAP]));
    const directory = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    expect(zip.readUInt8(directory + 5), 'made by Unix').toBe(3);
    expect(zip.readUInt32LE(directory + 38) >>> 16, 'mode').toBe(0o100755);
    expect(zip.readUInt16LE(directory + 14), 'date 1980-01-01').toBe((1 << 5) | 1);
  });

  it('gives other files the mode 0644', () => {
    const zip = Buffer.from(makeZip([{ name: 'a.txt', bytes: new Uint8Array(), executable: false }]));
    expect(zip.readUInt32LE(zip.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 38) >>> 16).toBe(0o100644);
  });

  it('is the same in every time zone', () => {
    const zips = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Africa/Monrovia'].map((name) => {
      process.env['TZ'] = name;
      return Buffer.from(makeZip([BOOTSTRAP])).toString('hex');
    });
    expect(new Set(zips).size).toBe(1);
  });

  // What Node.js 20 and 24 both make of it, and zlib 1.2.13 for the file inside.
  it('has the same bytes in every version of Node.js, and wherever it runs', () => {
    const bytes = Buffer.alloc(300_000);
    let state = 1;
    for (let at = 0; at < bytes.length; at += 1) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      // Repeats itself, as machine code does, and not too often.
      bytes[at] = state % 5 === 0 ? state >>> 24 : (bytes[at - (1 + (state >>> 22))] ?? 0x90);
    }
    const zip = makeZip([{ name: 'bootstrap', bytes, executable: true }]);
    expect(createHash('sha256').update(zip).digest('hex')).toBe(
      'b0fb5cc07d6748c83f3b9a560802bf83f15f13497c4e8b617b2c482de97d81ac',
    );
  });

  it('says that names are UTF-8 where they are more than ASCII', () => {
    const named = (name: string) => Buffer.from(makeZip([{ ...BOOTSTRAP, name }]));
    expect(named('straße/ü.txt').readUInt16LE(6)).toBe(0x0800);
    expect(named('a/b.txt').readUInt16LE(6)).toBe(0);
    expect(Object.keys(unzipSync(named('straße/ü.txt')))).toEqual(['straße/ü.txt']);
  });

  it('refuses more files than a zip can name', () => {
    const many = Array.from({ length: 65_536 }, (_, index) => ({ ...BOOTSTRAP, name: String(index) }));
    expect(() => makeZip(many)).toThrow('The zip would have 65,536 files; it can have 65,535.');
  });

  it('has the same bytes when it is made in steps, and can be left between them', async () => {
    const bytes = new Uint8Array(700_000).map((_, index) => (index * index) >> 5);
    const entries = [{ name: 'a', bytes, executable: false }, BOOTSTRAP];
    const zip = Buffer.from(makeZip(entries));
    expect(zip.equals(await makeZipInSteps(entries, undefined))).toBe(true);
    expect(zip.includes(Buffer.from(deflateRaw(bytes, { level: 7, legacyHash: true })))).toBe(true);
    const leaving = new AbortController();
    const made = makeZipInSteps(entries, leaving.signal);
    leaving.abort();
    await expect(made).rejects.toBe(leaving.signal.reason);
  });

  it('refuses two entries of one name', () => {
    expect(() => makeZip([BOOTSTRAP, BOOTSTRAP])).toThrow('two entries are called bootstrap');
  });

  it('holds what it was given, and has the same bytes whatever the order', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z0-9._-]{1,8}){0,2}\.x$/);
    const entry = fc.record({ name, bytes: fc.uint8Array({ maxLength: 300 }), executable: fc.boolean() });
    const entries = fc.uniqueArray(entry, { selector: (one) => one.name, minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        entries.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const zip = makeZip(list);
          expect(Buffer.from(makeZip(shuffled)).equals(zip)).toBe(true);
          const unzipped = unzipSync(zip);
          expect(Object.keys(unzipped).sort()).toEqual(list.map((one) => one.name).sort());
          for (const { name: file, bytes } of list)
            expect(Buffer.from(unzipped[file] ?? []).equals(bytes)).toBe(true);
        },
      ),
    );
  });
});
