import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore from 'ignore';
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
export async function includedFiles({
  include: includes,
  exclude = [],
}: {
  readonly include: readonly Include[];
  readonly exclude?: readonly string[];
}): Promise<IncludedFile[]> {
  const leavesOut = ignore().add([...exclude]);
  const files = await Promise.all(includes.map((include) => filesOf(include, { root: include, rules: [] })));
  const all = files.flat().filter(({ name }) => !leavesOut.ignores(name));
  const sorted = all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twin = sorted.find((one, index) => sorted[index + 1]?.name === one.name);
  if (twin) {
    throw new UserError('usage.arguments', {
      what: `Two included files would both be ${twin.name} in the zip.`,
      fix: `Give one of them another name: --include other-name:${twin.path}`,
    });
  }
  return sorted;
}

/** In an included folder, what is not to come along: patterns as in `.gitignore`, for all that is below. */
const IGNORE_FILE = '.crabletignore';

/** What systems and git leave in folders, and nobody means to ship. */
const LITTER = /^(\.git|\.DS_Store|Thumbs\.db|desktop\.ini)$/;

interface Rules {
  /** The folder that they are relative to. */
  readonly folder: string;
  readonly ignores: (path: string) => boolean;
}

/** `root` is the include that the user wrote, for the message. */
async function filesOf(
  { name, path }: Include,
  { root, rules }: { readonly root: Include; readonly rules: readonly Rules[] },
): Promise<IncludedFile[]> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    throw new UserError('environment.file', {
      what: missing
        ? `There is no ${path}, which is to be included in the zip.`
        : `${path} cannot be included: ${error.message}.`,
      fix: missing
        ? 'Make it, or take it out of --include (or of the key include, where a path starts from the folder of its file).'
        : 'Make it readable.',
      cause: error,
    });
  });
  if (facts.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    const all = entries.some((entry) => entry.name === IGNORE_FILE) ? [...rules, await rulesIn(path)] : rules;
    const taken = entries.filter((entry) => !isLeftOut(entry, path, all));
    const inside = taken.map(({ name: child }) =>
      filesOf({ name: name ? `${name}/${child}` : child, path: join(path, child) }, { root, rules: all }),
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

async function rulesIn(folder: string): Promise<Rules> {
  const patterns = ignore().add(await readFile(join(folder, IGNORE_FILE), 'utf8'));
  return { folder, ignores: (path) => patterns.ignores(path) };
}

function isLeftOut(entry: Dirent, folder: string, rules: readonly Rules[]): boolean {
  if (LITTER.test(entry.name) || entry.name === IGNORE_FILE) return true;
  const path = join(folder, entry.name);
  return rules.some((one) => {
    const inside = relative(one.folder, path).replaceAll(sep, '/');
    // A pattern that ends with a slash means folders only.
    return one.ignores(entry.isDirectory() ? `${inside}/` : inside);
  });
}
