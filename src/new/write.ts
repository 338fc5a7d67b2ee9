import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import type { TemplateFile } from './render.js';

/** Takes away what was made, and nothing else. */
export type Undo = () => Promise<void>;

/**
 * Makes `folder` with all of `files`, or nothing at all: they are written beside it and moved there at once.
 * `folder` may exist when it is empty.
 */
export async function writeNewFolder(
  folder: string,
  files: readonly TemplateFile[],
  interrupted: AbortSignal,
): Promise<Undo> {
  const firstMade = await readable(folder, () => makeFolder(dirname(folder)));
  try {
    const beside = await readable(folder, () => mkdtemp(join(dirname(folder), `.${basename(folder)}-`)));
    try {
      // mkdtemp's folder is for its owner alone; one made inside it has the mode that the user's umask gives.
      const project = join(beside, basename(folder));
      await readable(folder, () => mkdir(project));
      await readable(folder, () => writeAll(project, files, interrupted));
      await moveInto(project, folder);
      return () => rm(firstMade ?? folder, { recursive: true, force: true });
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  } catch (error) {
    if (firstMade !== undefined) await rm(firstMade, { recursive: true, force: true });
    throw error;
  }
}

/** Adds `files` to a folder that exists; when one cannot be written, those before it are taken away again. */
export async function addFiles(
  folder: string,
  files: readonly TemplateFile[],
  interrupted: AbortSignal,
): Promise<Undo> {
  return readable(folder, () => writeAll(folder, files, interrupted));
}

/** The paths of `files` that are in `folder` already. */
export async function existing(folder: string, files: readonly TemplateFile[]): Promise<string[]> {
  const found = await Promise.all(
    files.map(async ({ path }) => ((await exists(join(folder, path))) ? path : undefined)),
  );
  return found.filter((path) => path !== undefined);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What lies in `folder`, or undefined when there is no such folder. */
export async function entriesOf(folder: string): Promise<string[] | undefined> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fileError(folder, error);
  });
}

async function moveInto(from: string, to: string): Promise<void> {
  // An empty folder is in the way of a rename on some systems.
  await rmdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw fileError(to, error);
  });
  await readable(to, () => rename(from, to));
}

async function writeAll(
  folder: string,
  files: readonly TemplateFile[],
  interrupted: AbortSignal,
): Promise<Undo> {
  const made: string[] = [];
  const undo = async () => {
    for (const path of made.toReversed()) await rm(path, { recursive: true, force: true });
  };
  try {
    for (const file of files) {
      interrupted.throwIfAborted();
      const path = join(folder, file.path);
      const madeFolder = await makeFolder(dirname(path));
      if (madeFolder !== undefined) made.push(madeFolder);
      await writeFile(path, file.contents, { flag: 'wx', mode: file.executable ? 0o777 : 0o666 });
      made.push(path);
    }
    interrupted.throwIfAborted();
    return undo;
  } catch (error) {
    await undo();
    throw error;
  }
}

async function readable<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw isSystemError(error) ? fileError(path, error) : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function fileError(path: string, error: NodeJS.ErrnoException): UserError {
  return new UserError('environment.file', {
    what: `The folder ${path} cannot be written: ${error.message}`,
    fix: `Give a folder that you can write to, or look at its permissions: ls -ld ${dirname(path)}`,
    cause: error,
  });
}
