import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { makeZip, type ZipEntry } from './zip.js';

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
