import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-make-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('makes what is missing above it, and takes what is there', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(folder, 'a', 'b'))]);
  expect((await stat(path)).isDirectory()).toBe(true);
  await symlink(path, join(folder, 'link'));
  await makeFolder(join(folder, 'link'));
  await makeFolder(join(folder, 'link', 'd'));
  expect((await stat(join(path, 'd'))).isDirectory()).toBe(true);
});

it('says what is in the way', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.runIf(process.platform === 'linux')('comes back where nobody can make any', async () => {
  await expect(makeFolder('/proc/nowhere/a')).rejects.toMatchObject({ code: 'ENOENT' });
});
