import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../build/elf.fixture.js';
import { checkFolder } from './gate.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crablet-gate-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const expected = { architecture: 'x86_64', runtime: 'provided.al2023', hasLayers: false } as const;

function put(bytes: Uint8Array): void {
  writeFileSync(join(folder, 'bootstrap'), bytes);
  chmodSync(join(folder, 'bootstrap'), 0o755);
}

describe('checkFolder', () => {
  it('lets a program for the architecture through', () => {
    put(makeElf());
    expect(checkFolder(folder, 'bootstrap', expected)).toBeUndefined();
  });

  it('takes a library that lies in lib/', () => {
    put(makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libpq.so.5'] }));
    expect(checkFolder(folder, 'bootstrap', expected)?.what).toContain('libpq.so.5');
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/libpq.so.5'), '');
    expect(checkFolder(folder, 'bootstrap', expected)).toBeUndefined();
  });

  it('refuses another architecture', () => {
    put(makeElf({ machine: 183 }));
    expect(checkFolder(folder, 'bootstrap', expected)?.what).toContain(
      'built for aarch64, but x86_64 was asked for',
    );
  });

  it('refuses a newer glibc', () => {
    put(makeElf({ versions: [{ library: 'libc.so.6', version: 'GLIBC_2.39', symbols: ['pidfd_spawnp'] }] }));
    expect(checkFolder(folder, 'bootstrap', expected)?.what).toContain('It needs glibc 2.39');
  });

  it('names what is missing or not executable', () => {
    expect(checkFolder(folder, 'bootstrap', expected)?.what).toMatch(/has no bootstrap.*nothing/);
    put(makeElf());
    chmodSync(join(folder, 'bootstrap'), 0o644);
    expect(checkFolder(folder, 'bootstrap', expected)?.fix).toBe(`chmod +x ${join(folder, 'bootstrap')}`);
  });
});
