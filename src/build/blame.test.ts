import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blame, crateOf, NO_CRATES } from './blame.js';
import { checkSize } from './size-check.js';

describe('blame', () => {
  it.each([
    ['registry+https://github.com/rust-lang/crates.io-index#openssl-sys@0.9.111', 'openssl-sys 0.9.111'],
    ['path+file:///work/app#0.1.0', 'app 0.1.0'],
    ['path+file:///work/folder#app@0.1.0', 'app 0.1.0'],
    ['git+https://example.org/x/y.git?branch=main#name@1.0.0-rc.1', 'name 1.0.0-rc.1'],
  ])('reads the crate of %s', (id, crate) => {
    expect(crateOf(id)).toBe(crate);
  });

  it('names the crate whose build script asked for a library', async () => {
    const linked = [
      { library: 'ssl', crate: 'openssl-sys 0.9.111' },
      { library: 'pq', crate: 'pq-sys 0.7.0' },
    ];
    const problem = { kind: 'library', what: '', fix: '' } as const;
    const crates = { ...NO_CRATES, linked };
    expect(await blame({ ...problem, library: 'libssl.so.3' }, crates)).toEqual(['openssl-sys 0.9.111']);
    expect(await blame({ ...problem, library: 'libxyz.so' }, crates)).toEqual([]);
  });

  it('names the crate whose code uses a symbol, not one that only declares it', async () => {
    const member = (name: string, text: string) =>
      `${`${name}/`.padEnd(16)}${''.padEnd(32)}${String(text.length).padEnd(10)}\x60\n${text}${text.length % 2 ? '\n' : ''}`;
    const archive = (...members: string[]) => `!<arch>\n${members.join('')}`;
    const folder = await mkdtemp(join(tmpdir(), 'crablet-blame-'));
    const message = async (name: string, content: string) => {
      const path = join(folder, `${name}.rlib`);
      await writeFile(path, content);
      return JSON.stringify({ package_id: `registry+https://x#${name}@1.0.0`, filenames: [path] });
    };
    const archiveMessages = [
      await message('libc', archive(member('lib.rmeta', 'arc4random'), member('libc.o', 'odd'))),
      await message('uses', archive(member('lib.rmeta', 'x'), member('a.o', '\0arc4random\0'))),
      await message('damaged', archive(member('a.o', 'arc4random')).slice(0, 40)),
      await message('none', 'arc4random'),
    ];
    const problem = { kind: 'glibc', what: '', fix: '', symbols: ['arc4random'] } as const;
    expect(await blame(problem, { linked: [], archiveMessages })).toEqual(['uses 1.0.0']);
    await rm(folder, { recursive: true });
  });

  it('says nothing where nothing can be told', async () => {
    const problem = { kind: 'glibc', what: '', fix: '', symbols: ['stat'] } as const;
    expect(await blame(problem, { linked: [], archiveMessages: ['not read for so short a name'] })).toEqual(
      [],
    );
  });
});

describe('checkSize', () => {
  const MB = 1024 * 1024;

  it('lets less than 250 MB pass', () => {
    expect(checkSize([{ name: 'bootstrap', size: 250 * MB - 1 }])).toEqual([]);
    const [problem] = checkSize([
      { name: 'bootstrap', size: 50 * MB },
      { name: 'model.bin', size: 200 * MB },
    ]);
    expect(problem).toMatchObject({ kind: 'size', what: expect.stringContaining('250.0 MB unzipped') });
    expect(problem?.what).toContain('the largest file is model.bin with 200.0 MB');
  });
});
