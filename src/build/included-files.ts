import type { Dirent, Stats } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { UserError } from '../errors.js';
import { shellWord } from '../process/shell-word.js';
import type { Include } from '../project/project.js';
import { foldersAbove } from './tar.js';

export interface IncludedFile {
  /** Its path inside the zip. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly executable: boolean;
}

interface Named {
  readonly include: readonly Include[];
  readonly exclude?: readonly string[];
}

/** Every file that the includes name, folders with all that is in them; links count as what they lead to. */
export async function includedFiles(named: Named): Promise<IncludedFile[]> {
  const files = withoutTwins(await walked(named, () => {}));
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All that decides what is included: the files, the folders in which another may appear, and what leaves files out. */
export async function includedPaths(named: Named): Promise<string[]> {
  const folders: string[] = [];
  const files = await walked(named, (folder) => folders.push(folder, join(folder, IGNORE_FILE)));
  return [...folders, ...files.map(({ path }) => path)];
}

async function walked(
  { include, exclude = [] }: Named,
  onFolder: (path: string) => void,
): Promise<IncludedFile[]> {
  const patterns = ignore().add([...exclude]);
  const leavesOut = (name: string) => patterns.ignores(name);
  const found = include.map((root) => filesOf(root, { root, rules: [], above: [], leavesOut, onFolder }));
  return (await Promise.all(found)).flat();
}

/** What is in an included folder may be named by itself, too; but no name can be that of two files, or of a file and a folder. */
function withoutTwins(files: readonly IncludedFile[]): IncludedFile[] {
  const byName = new Map<string, IncludedFile>();
  for (const one of files) {
    const there = byName.get(one.name);
    if (there && there.path !== one.path) {
      throw otherName(one, `Two included files would both be ${one.name} in the zip.`);
    }
    byName.set(one.name, one);
  }
  for (const { name } of files) {
    const file = foldersAbove(name).flatMap((folder) => byName.get(folder) ?? [])[0];
    if (file) throw otherName(file, `${file.name} would be a file in the zip, and the folder of ${name}.`);
  }
  return [...byName.values()];
}

function otherName({ path }: IncludedFile, what: string): UserError {
  return new UserError('usage.arguments', {
    what,
    fix: `Give one of them another name: --include other-name:${path}`,
  });
}

/** In an included folder, what is not to come along: patterns as in `.gitignore`, for all that is below. */
const IGNORE_FILE = '.crabletignore';

/** What systems and git leave in folders, and nobody means to ship. */
const LITTER = /^(\.git|\.DS_Store|Thumbs\.db|desktop\.ini)$/;

/** A folder with this file is one of a cache, such as cargo's target folder (bford.info/cachedir). */
const CACHE_MARK = 'CACHEDIR.TAG';

interface Rules {
  /** The folder that they are relative to. */
  readonly folder: string;
  readonly ignores: (path: string) => boolean;
}

interface Walk {
  /** The include that the user wrote, for messages. */
  readonly root: Include;
  readonly rules: readonly Rules[];
  /** The folders that it has come through, by what tells one from another. */
  readonly above: readonly string[];
  /** What the command line and the configuration leave out, by its name in the zip. */
  readonly leavesOut: (name: string) => boolean;
  readonly onFolder: (path: string) => void;
}

async function filesOf({ name, path }: Include, walk: Walk): Promise<IncludedFile[]> {
  if (name && walk.leavesOut(name)) return [];
  const facts = await factsOf({ name, path });
  if (facts.isDirectory())
    return name && walk.leavesOut(`${name}/`) ? [] : filesIn({ name, path }, facts, walk);
  if (!facts.isFile()) {
    throw new UserError('environment.file', {
      what: `${path} is neither a file nor a folder, so it cannot be in a zip.`,
      fix: leaveOut({ name, path }),
    });
  }
  const { size, mtimeMs, mode } = facts;
  return [{ name, path, size, mtimeMs, executable: (mode & 0o111) !== 0 }];
}

async function filesIn({ name, path }: Include, { dev, ino }: Stats, walk: Walk): Promise<IncludedFile[]> {
  const self = `${dev}:${ino}`;
  if (walk.above.includes(self)) {
    throw new UserError('environment.file', {
      what: `${path} leads, by a link, back to a folder that it lies in, so the zip would have no end.`,
      fix: leaveOut({ name, path }),
    });
  }
  walk.onFolder(path);
  const entries = await readdir(path, { withFileTypes: true });
  const has = (wanted: string) => entries.some((entry) => entry.name === wanted);
  if (path !== walk.root.path && has(CACHE_MARK)) return [];
  const rules = has(IGNORE_FILE) ? [...walk.rules, await rulesIn(path)] : walk.rules;
  const inside = entries
    .filter((entry) => !isLeftOut(entry, path, rules))
    .map(({ name: child }) =>
      filesOf(
        { name: name ? `${name}/${child}` : child, path: join(path, child) },
        { ...walk, rules, above: [...walk.above, self] },
      ),
    );
  return (await Promise.all(inside)).flat();
}

async function factsOf({ name, path }: Include): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = (what: string, fix: string) =>
      new UserError('environment.file', { what, fix, cause: error });
    if (code !== 'ENOENT') throw refused(`${path} cannot be included: ${message}.`, leaveOut({ name, path }));
    if (name.includes('\ufffd')) {
      throw refused(`The name of ${path} is not in UTF-8, as names in a zip are.`, 'Give it another name.');
    }
    const target = await readlink(path).catch(() => undefined);
    if (target !== undefined) {
      throw refused(`${path} is a link to ${target}, which is not there.`, leaveOut({ name, path }));
    }
    throw refused(
      `There is no ${path}, which is to be included in the zip.`,
      'Make it, or take it out of --include (or of the key include, where a path starts from the folder of its file).',
    );
  }
}

function leaveOut({ name }: Include): string {
  return `Mend it, or leave it out: --include ${shellWord(`!${name}`)}`;
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
