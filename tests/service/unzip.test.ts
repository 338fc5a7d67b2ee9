import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_UNZIPPED_BYTES } from '../../src/lambda/limits.js';
import { unzip } from '../../src/local/functions-api/unzip.js';

/** A folder in one that is the test's own, so that what gets out of it is seen. */
function place(): { readonly around: string; readonly folder: string } {
  const around = mkdtempSync(join(tmpdir(), 'crablet-unzip-'));
  onTestFinished(() => rmSync(around, { recursive: true, force: true }));
  return { around, folder: mkdtempSync(join(around, 'function-')) };
}

const LINK = 0o120777;
const FILE = 0o100644;

/** In the order in which they are written down. */
function zip(...entries: (readonly [name: string, content: string, mode?: number])[]): Uint8Array {
  const files = entries.map(([name, content, mode = FILE]) => [
    name,
    [Buffer.from(content), { os: 3, attrs: mode << 16 }],
  ]);
  return zipSync(Object.fromEntries(files) as Parameters<typeof zipSync>[0]);
}

/** The size that its directory tells of a zip's only file (PKWARE APPNOTE 4.3.12). */
function saying(bytes: Uint8Array, size: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(size, copy.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
  return copy;
}

const UNREADABLE = /Could not unzip uploaded file/;

describe('a zip with links', () => {
  it('has them where they lead to what is inside', async () => {
    const { folder } = place();
    await unzip(zip(['lib/libx.so.1', 'elf'], ['lib/libx.so', 'libx.so.1', LINK]), folder);
    expect(readlinkSync(join(folder, 'lib/libx.so'))).toBe('libx.so.1');
    expect(readFileSync(join(folder, 'lib/libx.so'), 'utf8')).toBe('elf');
  });

  it.each<[string, Parameters<typeof zip>]>([
    ['up and out', [['lib/out', '../../outside', LINK]]],
    ['to the root', [['etc', '/etc', LINK]]],
    ['to the folder above', [['up', '..', LINK]]],
    ['nowhere', [['nowhere', '', LINK]]],
    [
      'out by way of another',
      [
        ['a/in', '.', LINK],
        ['a/out', 'in/../../..', LINK],
      ],
    ],
    [
      'out by way of another, which comes later',
      [
        ['a', 'b/../..', LINK],
        ['b', 'c', LINK],
        ['c/x', ''],
      ],
    ],
    [
      'where a file is then written',
      [
        ['way', '.', LINK],
        ['way/file', 'x'],
      ],
    ],
  ])('is refused when one leads %s', async (_, entries) => {
    const { around, folder } = place();
    await expect(unzip(zip(...entries), folder)).rejects.toThrow(UNREADABLE);
    expect(readdirSync(around)).toHaveLength(1);
    expect(existsSync(join(around, 'outside'))).toBe(false);
  });
});

describe('a zip that is far larger than it looks', () => {
  const zeros = (megabytes: number) => '\0'.repeat(megabytes * 1_048_576);

  it('is refused by what its directory says, before anything is written', async () => {
    const { folder } = place();
    const bomb = saying(zip(['zeros', zeros(1)]), MAX_UNZIPPED_BYTES);
    await expect(unzip(bomb, folder)).rejects.toThrow(
      `Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when its directory says too little, and no more is made of it than it says', async () => {
    const { folder } = place();
    await expect(unzip(saying(zip(['zeros', zeros(8)]), 10), folder)).rejects.toThrow(UNREADABLE);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when its directory says too much', async () => {
    const { folder } = place();
    await expect(unzip(saying(zip(['zeros', zeros(1)]), 2_000_000), folder)).rejects.toThrow(UNREADABLE);
    expect(readdirSync(folder)).toEqual([]);
  });
});
