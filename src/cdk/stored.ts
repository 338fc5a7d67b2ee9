import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the construct keeps what it knows, in a target folder: removing that forgets it. */
export function storeIn(targetFolder: string): string {
  return join(targetFolder, 'lambda', '.cdk');
}

/** What was kept, as long as its key is what it was; anything that cannot be read counts as nothing. */
export function readStored<T>(file: string, keyOf: (value: T) => string): T | undefined {
  try {
    const { key, value } = JSON.parse(readFileSync(file, 'utf8')) as { key: string; value: T };
    return keyOf(value) === key ? value : undefined;
  } catch {
    return undefined;
  }
}

/** In one step, as several synths may run at once. Where nothing can be written, it takes longer the next time. */
export function writeStored<T>(file: string, key: string, value: T): void {
  const aside = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(aside, JSON.stringify({ key, value }));
    renameSync(aside, file);
  } catch {
    rmSync(aside, { force: true });
  }
}
