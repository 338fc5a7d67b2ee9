import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listTar, makeTar, type TarEntry } from './tar.js';

const LONG = `${'folder/'.repeat(20)}a file with a long name`;
const ENTRIES: readonly TarEntry[] = [
  { name: 'var/runtime/bootstrap', bytes: Buffer.from('program'), executable: true },
  { name: LONG, bytes: Buffer.alloc(600, 1), executable: false },
  { name: 'empty', bytes: new Uint8Array(), executable: false },
];

const list = (bytes: Uint8Array) => listTar(bytes.length, (at, length) => bytes.subarray(at, at + length));

describe('makeTar', () => {
  it('is read by tar, with its modes and folders', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crablet-tar-'));
    try {
      writeFileSync(join(folder, 'a.tar'), makeTar(ENTRIES));
      const argv = ['--list', '--verbose', '--numeric-owner', '--utc', '--file', join(folder, 'a.tar')];
      const told = execFileSync('tar', argv, { encoding: 'utf8' }).split('\n');
      const told1 = (name: string) => told.find((line) => line.endsWith(` ${name}`));
      expect(told1('var/runtime/bootstrap')).toMatch(/^-rwxr-xr-x 0\/0 +7 1970-01-01 00:00/);
      expect(told1('var/runtime/')).toMatch(/^drwxr-xr-x 0\/0/);
      expect(told1(LONG)).toMatch(/^-rw-r--r-- 0\/0 +600/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has the same bytes whatever the order, and gives back what was put in', () => {
    const name = fc.stringMatching(/^[a-zé]{1,8}(\/[a-z ]{1,60}[a-z]){0,4}$/);
    const entries = fc.uniqueArray(
      fc.record({ name, bytes: fc.uint8Array({ maxLength: 1500 }), executable: fc.boolean() }),
      { selector: (one) => one.name, maxLength: 8 },
    );
    fc.assert(
      fc.property(entries, (all) => {
        const tar = makeTar(all);
        expect(Buffer.from(makeTar([...all].reverse())).equals(tar)).toBe(true);
        const found = list(tar);
        expect(found?.size).toBe(all.length);
        for (const one of all) {
          const { offset = 0, size = -1 } = found?.get(one.name) ?? {};
          expect(Buffer.from(tar.subarray(offset, offset + size)).equals(one.bytes)).toBe(true);
        }
      }),
    );
  });
});

describe('listTar', () => {
  it('refuses what is no tar', () => {
    expect(list(Buffer.alloc(2048, 'x'))).toBeUndefined();
  });
});
