import { unzipSync } from 'fflate';
import { UserError } from '../errors.js';
import type { TemplateFile } from './render.js';

/** A template is source code; what unpacks to more than this was made to fill a disk. */
const MOST_BYTES = 100 * 1024 * 1024;

/** The files of a zip, sorted by path; `where` names it in an error. */
export function zipFiles(zip: Uint8Array, where: string): TemplateFile[] {
  let unpacked = 0;
  const entries = unzip(zip, where, (name, size) => {
    if (!staysInside(name)) throw unsafe(where, `its entry '${name}' would lie outside the project`);
    unpacked += size;
    if (unpacked > MOST_BYTES) throw unsafe(where, `it unpacks to more than ${MOST_BYTES / 1024 / 1024} MB`);
    return !name.endsWith('/');
  });
  const files = Object.entries(entries).map(([path, contents]) => ({
    path,
    contents: Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength),
  }));
  return withoutTopFolder(files).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A zip that a code host makes has everything in one folder, named after the repository. */
function withoutTopFolder(files: TemplateFile[]): TemplateFile[] {
  const top = files[0]?.path.split('/')[0];
  const isWrapped =
    files.every(({ path }) => path.startsWith(`${top}/`)) && top !== 'template' && top !== 'src';
  return isWrapped ? files.map((file) => ({ ...file, path: file.path.slice(`${top}/`.length) })) : files;
}

/** Whether a name in a zip, or one that was rendered, is a path below the project's folder on any system. */
export function staysInside(name: string): boolean {
  if (name === '' || name.includes('\0') || name.includes('\\')) return false;
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return false;
  return name.split('/').every((part) => part !== '..' && part !== '.');
}

function unzip(zip: Uint8Array, where: string, filter: (name: string, size: number) => boolean) {
  try {
    return unzipSync(zip, { filter: ({ name, originalSize }) => filter(name, originalSize) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('environment.file', {
      what: `${where} cannot be read as a zip file: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'Give a folder, or make the zip again: --template <folder|zip>',
      cause: error,
    });
  }
}

function unsafe(where: string, why: string): UserError {
  return new UserError('environment.file', {
    what: `${where} is not unpacked: ${why}.`,
    fix: 'Make the zip again from inside the folder: zip -r ../template.zip .',
  });
}
