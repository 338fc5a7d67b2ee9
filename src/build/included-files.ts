import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { Include } from '../project/project.js';

export interface IncludedFile {
  /** Its path inside the zip. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly executable: boolean;
}

/** Every file that the includes name, folders with all that is in them; links count as what they lead to. */
export async function includedFiles(includes: readonly Include[]): Promise<IncludedFile[]> {
  const files = await Promise.all(includes.map((include) => filesOf(include, include)));
  const sorted = files.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  const twin = sorted.find((one, index) => sorted[index + 1]?.name === one.name);
  if (twin) {
    throw new UserError('usage.arguments', {
      what: `Two included files would both be ${twin.name} in the zip.`,
      fix: `Give one of them another name: --include other-name:${twin.path}`,
    });
  }
  return sorted;
}

/** `root` is the include that the user wrote, for the message. */
async function filesOf({ name, path }: Include, root: Include): Promise<IncludedFile[]> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    throw new UserError('environment.file', {
      what: missing
        ? `There is no ${path}, which is to be included in the zip.`
        : `${path} cannot be included: ${error.message}.`,
      fix: missing
        ? 'Make it, or take it out of --include (or the include key of the configuration).'
        : 'Make it readable.',
      cause: error,
    });
  });
  if (facts.isDirectory()) {
    const names = await readdir(path);
    const inside = names.map((child) =>
      filesOf({ name: name ? `${name}/${child}` : child, path: join(path, child) }, root),
    );
    return (await Promise.all(inside)).flat();
  }
  if (!facts.isFile()) {
    throw new UserError('environment.file', {
      what: `${path} is neither a file nor a folder, so it cannot be in a zip.`,
      fix: `Leave it out of ${root.path}, or include the files beside it one by one.`,
    });
  }
  const { size, mtimeMs, mode } = facts;
  return [{ name, path, size, mtimeMs, executable: (mode & 0o111) !== 0 }];
}
