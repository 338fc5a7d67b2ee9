import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';

/** What a build depends on, and so what an edit may be of. All paths are absolute. */
export interface WatchedFiles {
  /** Each of these counts. */
  readonly files: ReadonlySet<string>;
  /** Every file below these counts, but for what `isNoise` says. */
  readonly folders: readonly string[];
}

/** The folders whose entries have to be observed to see an edit of any watched file. */
export function foldersToObserve({ files, folders }: WatchedFiles): { flat: string[]; deep: string[] } {
  const flat = new Set([...files].map((file) => dirname(file)));
  return {
    flat: [...flat].filter((folder) => !folders.some((deep) => isBelow(folder, deep))),
    deep: [...folders],
  };
}

/** Whether a change of this file calls for a build. */
export function matters(path: string, watched: WatchedFiles): boolean {
  if (watched.files.has(path)) return true;
  return watched.folders.some((folder) => isBelow(path, folder) && !isNoise(path.slice(folder.length + 1)));
}

/** Build output, version control, and what editors write beside the file that is being edited. */
export function isNoise(relative: string): boolean {
  const parts = relative.split(sep);
  const name = parts.at(-1) ?? '';
  return (
    parts.some(
      (part) =>
        part === 'target' ||
        part === 'node_modules' ||
        part === 'cdk.out' ||
        (part.startsWith('.') && part.length > 1),
    ) ||
    name.endsWith('~') ||
    /^#.*#$|\.sw[a-z]$|\.tmp$|\.bak$|^4913$|^sed[A-Za-z0-9]{6}$/.test(name)
  );
}

/**
 * The files that were written at or after a moment: an edit that came while its file was not observed yet.
 * @param sinceMs epoch milliseconds
 */
export async function editedSince(files: Iterable<string>, sinceMs: number): Promise<string[]> {
  const edited = await Promise.all(
    [...files].map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found && editedAt(found) >= sinceMs ? file : undefined;
    }),
  );
  return edited.filter((file) => file !== undefined);
}

/** When it was written or came here: what is moved keeps the time of its contents, but not that of its entry. */
export function editedAt({ mtimeMs, ctimeMs }: { mtimeMs: number; ctimeMs: number }): number {
  return Math.max(mtimeMs, ctimeMs);
}

/** Names of files for a person: short and few. */
export function briefly(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => basename(path)))];
  return names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
