import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDir } from '../../src/local/data-dir.js';
import { processMark } from '../../src/process/process-mark.js';

const STALE = 'lock.00000000-0000-0000-0000-000000000000';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-data-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is made, has a folder for each purpose, and leaves no lock behind', async () => {
    const path = join(folder, 'a', 'b');
    const data = await openDataDir(path);
    expect(await data.folder('events')).toBe(join(path, 'events'));
    await data.close();
    await data.close();
    expect(await readdir(path)).toEqual(['events']);
  });

  it('is refused to a second service, also of this process, until the first has closed', async () => {
    const first = await openDataDir(folder);
    await expect(openDataDir(folder)).rejects.toMatchObject({
      code: 'environment.data-dir',
      message: `The data folder ${folder} is in use by another local service (process ${process.pid}).`,
    });
    await first.close();
    await (await openDataDir(folder)).close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is had by one at most of many that want it at once', async () => {
    await writeFile(join(folder, STALE), '1 0');
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => openDataDir(folder)));
    const had = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(had.length).toBeLessThanOrEqual(1);
    await had[0]?.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a process that has ended', () => `${spawnSync('true').pid} 12345`],
    ['a process whose number another one has by now', () => `${process.pid} 0`],
    ['nobody: the lock is empty', () => ''],
  ])('is taken over from %s', async (_who, mark) => {
    await writeFile(join(folder, STALE), mark());
    const data = await openDataDir(folder);
    await expect(openDataDir(folder)).rejects.toMatchObject({ code: 'environment.data-dir' });
    await data.close();
  });

  it('is refused when it is a file, with the mend', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    await expect(openDataDir(path)).rejects.toMatchObject({
      code: 'environment.data-dir',
      fix: expect.stringContaining('--data-dir'),
    });
  });

  it('is not the folder of the lock of another path', async () => {
    await mkdir(join(folder, 'one'));
    const [one, two] = await Promise.all([
      openDataDir(join(folder, 'one')),
      openDataDir(join(folder, 'two')),
    ]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('processMark', () => {
  it('is the same for one process, and none for one that is not there', () => {
    expect(processMark(process.pid)).toBe(processMark(process.pid));
    expect(processMark(process.pid)).toMatch(new RegExp(`^${process.pid}( \\d+)?$`));
    expect(processMark(process.ppid)).not.toBe(processMark(process.pid));
    expect(processMark(spawnSync('true').pid)).toBeUndefined();
  });
});
