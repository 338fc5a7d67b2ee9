import { gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce, heeding, packing } from './packing.js';

const LARGE = Buffer.alloc(1_000_000, 'as machine code does, it repeats itself; ');

describe('packing', () => {
  it('is undone by zlib, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect([...inflateRawSync(atOnce(packing(bytes, 'raw')))]).toEqual([...bytes]);
        expect([...gunzipSync(atOnce(packing(bytes, 'gzip')))]).toEqual([...bytes]);
      }),
    );
    expect(gunzipSync(atOnce(packing(LARGE, 'gzip'))).equals(LARGE)).toBe(true);
  });

  it('says no name and no time in the header of gzip (RFC 1952), and Unix on every system', () => {
    expect(Buffer.from(atOnce(packing(LARGE, 'gzip'))).toString('hex', 0, 10)).toBe('1f8b0800000000000003');
  });

  it('gives the same bytes in steps, and ends where a signal is given', async () => {
    expect(await heeding(undefined, packing(LARGE, 'gzip'))).toEqual(atOnce(packing(LARGE, 'gzip')));
    const leaving = new AbortController();
    const packed = heeding(leaving.signal, packing(LARGE, 'raw'));
    leaving.abort(new Error('enough'));
    await expect(packed).rejects.toThrow('enough');
  });
});
