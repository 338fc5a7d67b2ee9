import { mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { briefly, editedSince, foldersToObserve, isNoise, matters } from './files.js';

describe('isNoise', () => {
  it.each([
    'target/debug/hello',
    'crates/a/target/x.rs',
    'node_modules/a/index.js',
    '.git/index',
    'src/.main.rs.swp',
    'src/main.rs.swx',
    'src/main.rs~',
    'src/#main.rs#',
    'src/.#main.rs',
    'src/main.rs.tmp',
    'src/main.rs.bak',
    'src/4913',
    'src/sed6FMUsn',
  ])('%s', (path) => expect(isNoise(path)).toBe(true));

  it.each(['src/main.rs', 'build.rs', 'src/target.rs', 'targets/a.rs', 'data/4913.json', 'templates/a.html'])(
    'not %s',
    (path) => expect(isNoise(path)).toBe(false),
  );
});

describe('matters', () => {
  const watched = { files: new Set(['/p/src/main.rs', '/p/.env']), folders: ['/p/schemas'] };

  it.each([
    ['/p/src/main.rs', true],
    // Named by the build itself, so no name makes noise of it.
    ['/p/.env', true],
    ['/p/src/other.rs', false],
    ['/p/schemas', true],
    ['/p/schemas/a/b.graphql', true],
    ['/p/schemas/a/b.graphql~', false],
    ['/p/schemas/target/b', false],
    ['/p/schemas-old/b', false],
  ])('%s: %s', (path, expected) => expect(matters(path, watched)).toBe(expected));
});

describe('foldersToObserve', () => {
  it('takes the folder of each file once, and leaves out what is below a folder that is observed whole', () => {
    expect(
      foldersToObserve({
        files: new Set(['/p/src/main.rs', '/p/src/a.rs', '/p/Cargo.toml', '/p/schemas/x/y']),
        folders: ['/p/schemas'],
      }),
    ).toEqual({ flat: ['/p/src', '/p'], deep: ['/p/schemas'] });
  });

  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);

  it('observes the folder of every watched file', () => {
    fc.assert(
      fc.property(fc.array(path), fc.array(path), (files, folders) => {
        const { flat, deep } = foldersToObserve({ files: new Set(files), folders });
        for (const file of files) {
          const folder = file.slice(0, file.lastIndexOf('/')) || '/';
          const seen =
            flat.includes(folder) || deep.some((one) => folder === one || folder.startsWith(`${one}/`));
          expect(seen, file).toBe(true);
        }
      }),
    );
  });
});

describe('editedSince', () => {
  it('names what was written at or after the moment, and nothing that is missing', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-files-')));
    const write = async (name: string, atMs: number) => {
      await writeFile(join(folder, name), name);
      await utimes(join(folder, name), atMs / 1000, atMs / 1000);
      return join(folder, name);
    };
    // In the future, so that the time of their entries, which is now, does not count.
    // Whole seconds: a file's time is handed over in seconds, and a fraction would lose digits.
    const moment = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000;
    const before = await write('before', moment - 1000);
    const at = await write('at', moment);
    const after = await write('after', moment + 1000);
    const files = [before, at, after, join(folder, 'missing')];
    expect(await editedSince(files, moment)).toEqual([at, after]);
    const old = await write('old', 1_000_000_000_000);
    expect(await editedSince([old], moment - 3_600_000 - 60_000)).toEqual([old]);
    await rm(folder, { recursive: true });
  });
});

describe('briefly', () => {
  it.each([
    [['/p/src/main.rs'], 'main.rs'],
    [['/a/x', '/b/x'], 'x'],
    [['/p/a', '/p/b', '/p/c'], 'a, b, c'],
    [['/p/a', '/p/b', '/p/c', '/p/d'], 'a, b and 2 more'],
  ])('%j: %s', (paths, text) => expect(briefly(paths)).toBe(text));
});
