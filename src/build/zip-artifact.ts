import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { placeBytes } from './artifact.js';
import { refuseTaken } from './before-cargo.js';
import type { BuildRequest } from './build.js';
import { type IncludedFile, includedFiles } from './included-files.js';
import type { Output } from './outputs.js';
import { tellPacking } from './tell-packing.js';

/** Raise it when the way a zip is made changes, so that zips of older versions are made again. */
const RECIPE = 2;

/** What a zip was made of; kept beside it, so that the next run need not make it again to see that it is the same. */
interface Record {
  readonly recipe: number;
  readonly files: readonly (readonly [name: string, size: number, mtimeMs: number, executable: boolean])[];
  readonly zip: { readonly size: number; readonly mtimeMs: number; readonly sha256: string };
}

export interface ZipArtifact {
  readonly changed: boolean;
  /** As AWS gives it in `CodeSha256`: SHA-256 in base64. */
  readonly sha256: string;
}

/** Makes the zip of a function, unless the one that is there was made of the same files. */
export async function placeZip(
  executable: string,
  output: Output,
  { signal, onProgress }: Pick<BuildRequest, 'signal' | 'onProgress'> = {},
): Promise<ZipArtifact> {
  const included = await includedFiles(output.function.settings);
  refuseTaken(included, output);
  const files = [await entryFor(executable, output), ...included];
  const made = files.map(({ name, size, mtimeMs, executable: mode }) => [name, size, mtimeMs, mode] as const);
  const before = await readRecord(output.path, made);
  if (before) return { changed: false, sha256: before.zip.sha256 };
  tellPacking(
    files.reduce((sum, { size }) => sum + size, 0),
    onProgress,
  );
  const bytes = await zipOf(files, signal);
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  await placeBytes(bytes, output.path);
  const { size, mtimeMs } = await stat(output.path);
  const record: Record = { recipe: RECIPE, files: made, zip: { size, mtimeMs, sha256 } };
  await placeBytes(Buffer.from(`${JSON.stringify(record)}\n`), recordOf(output.path));
  return { changed: true, sha256 };
}

async function entryFor(path: string, output: Output): Promise<IncludedFile> {
  const { size, mtimeMs } = await stat(path);
  return { name: output.entry, path, size, mtimeMs, executable: true };
}

async function zipOf(files: readonly IncludedFile[], signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { makeZipInSteps } = await import('./zip.js');
  const entries = files.map(async ({ name, path, executable }) => ({
    name,
    executable,
    bytes: await readFile(path),
  }));
  return makeZipInSteps(await Promise.all(entries), signal);
}

/** The record, if it tells of exactly these files and the zip is still the one it tells of. */
async function readRecord(zip: string, made: Record['files']): Promise<Record | undefined> {
  try {
    const record = JSON.parse(await readFile(recordOf(zip), 'utf8')) as Record;
    const facts = await stat(zip);
    const same = record.recipe === RECIPE && JSON.stringify(record.files) === JSON.stringify(made);
    return same && record.zip.size === facts.size && record.zip.mtimeMs === facts.mtimeMs
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(zip: string): string {
  return join(dirname(zip), `.${basename(zip)}.json`);
}
