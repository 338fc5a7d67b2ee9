import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeZip } from './build/zip.js';
import { listZip, packedBytes, ZipFault } from './zip-listing.js';

describe('listZip', () => {
  it('finds every file that was put in', () => {
    const entry = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/),
      bytes: fc.uint8Array({ maxLength: 200 }),
      executable: fc.boolean(),
    });
    const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 10 });
    fc.assert(
      fc.property(entries, (all) => {
        const zip = makeZip(all);
        const listed = listZip(zip);
        expect(listed.map(({ name, size, mode }) => [name, size, mode])).toEqual(
          [...all]
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map(({ name, bytes, executable }) => [name, bytes.length, executable ? 0o755 : 0o644]),
        );
        for (const file of listed) expect(packedBytes(zip, file)).toHaveLength(file.compressedSize);
      }),
    );
  });

  it('refuses, and never hangs or throws otherwise, whatever the bytes are', () => {
    const start = Buffer.from('504b0506', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withEnd) => {
        try {
          listZip(withEnd ? Buffer.concat([start, bytes]) : bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ZipFault);
        }
      }),
    );
  });
});
