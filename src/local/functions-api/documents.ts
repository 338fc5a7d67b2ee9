import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../ids.js';

/** Plain data under names, which outlives the service where there is a folder for it. */
export interface Documents {
  /** What an earlier service kept, by name. */
  readonly kept: ReadonlyMap<string, unknown>;
  /** Resolves when it is kept. Of several for one name the last one stays. */
  put(name: string, document: object): Promise<void>;
  remove(name: string): Promise<void>;
  /** Resolves when all that was asked for is done. */
  settled(): Promise<void>;
}

export const forgetfulDocuments: Documents = {
  kept: new Map(),
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  settled: () => Promise.resolve(),
};

const SUFFIX = '.json';
/** Longer names than systems take for files are told by their hash. */
const LONGEST_NAME = 200;

interface Kept {
  readonly name: string;
  readonly document: unknown;
}

/**
 * A file for each, which is replaced as a whole: a reader finds the old one or the new one, however the writer ended.
 * @throws when the folder or a file cannot be read
 */
export async function openDocuments(folder: string): Promise<Documents> {
  await mkdir(folder, { recursive: true });
  const kept = new Map<string, unknown>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith(SUFFIX)) await rm(join(folder, file), { force: true, recursive: true });
    else {
      const { name, document } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Kept;
      kept.set(name, document);
    }
  }
  let last: Promise<void> = Promise.resolve();
  const inTurn = (act: () => Promise<void>) => {
    const done = last.then(act);
    last = done.catch(() => {});
    return done;
  };
  const pathOf = (name: string) => join(folder, `${fileName(name)}${SUFFIX}`);
  return {
    kept,
    put: (name, document) => {
      const text = JSON.stringify({ name, document } satisfies Kept);
      return inTurn(async () => {
        const unfinished = join(folder, `unfinished-${newId()}`);
        await writeFile(unfinished, text, { flush: true });
        await rename(unfinished, pathOf(name));
      });
    },
    remove: (name) => inTurn(() => rm(pathOf(name), { force: true })),
    settled: () => last,
  };
}

function fileName(name: string): string {
  const encoded = encodeURIComponent(name);
  return encoded.length <= LONGEST_NAME ? encoded : createHash('sha256').update(name).digest('hex');
}
