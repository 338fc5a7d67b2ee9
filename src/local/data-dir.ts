import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import { processMark } from '../process/process-mark.js';
import { newId } from './ids.js';

/** A folder in which a service keeps what outlives it. One service at a time has it. */
export interface DataDir {
  /** Absolute. */
  readonly path: string;
  /** A folder for one purpose, made if it is not there yet. */
  folder(purpose: 'events' | 'logs' | 'functions' | 'code'): Promise<string>;
  /** Lets another service have it. Can be called twice. */
  close(): Promise<void>;
}

const LOCK = /^lock\.[0-9a-f-]+$/;

/**
 * Opens the folder, and makes it if need be.
 * @throws UserError environment.data-dir when another service has it or it cannot be written
 */
export async function openDataDir(folder: string): Promise<DataDir> {
  const path = resolve(folder);
  const lock = join(path, `lock.${newId()}`);
  try {
    await makeFolder(path);
    await take(path, lock);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('environment.data-dir', {
      what: `The data folder ${path} cannot be used (${(cause as Error).message}).`,
      fix: 'Make it a folder that can be written, or name another: --data-dir DIR',
      cause,
    });
  }
  let closing: Promise<void> | undefined;
  return {
    path,
    async folder(purpose) {
      await makeFolder(join(path, purpose));
      return join(path, purpose);
    },
    close: () => (closing ??= rm(lock, { force: true })),
  };
}

/**
 * A lock names its holder, and counts while that one lives: a service that was killed leaves one behind. Each service
 * has a lock of its own and looks at the others' only once its own is there, so of two that start together at least
 * one sees the other; nobody ever takes a lock away from somebody who lives.
 */
async function take(path: string, lock: string): Promise<void> {
  // A lock is never seen half written.
  const unfinished = join(path, `unfinished-${basename(lock)}`);
  await writeFile(unfinished, processMark(process.pid) ?? `${process.pid}`);
  await rename(unfinished, lock);
  for (const name of await readdir(path)) {
    const other = join(path, name);
    if (!LOCK.test(name) || other === lock) continue;
    const holder = await readFile(other, 'utf8').catch(() => '');
    if (!isAlive(holder)) {
      await rm(other, { force: true });
      continue;
    }
    await rm(lock, { force: true });
    throw inUse(path, holder);
  }
}

/** A lock of this very process counts too: two services of one test suite must not share the folder. */
function isAlive(mark: string): boolean {
  const pid = Number(mark.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && processMark(pid) === mark;
}

function inUse(path: string, holder: string): UserError {
  return new UserError('environment.data-dir', {
    what: `The data folder ${path} is in use by another local service (process ${holder.split(' ')[0]}).`,
    fix: 'End that one, or name another folder: --data-dir DIR',
  });
}
