import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeBytes } from './artifact.js';
import { type BuildKey, type BuildRecord, recordName, recordsIn } from './recorded-build.js';
import { newerThan, stampsOf } from './stamps.js';

/** How many builds are remembered in one target folder: debug and release, for a few functions. */
const MOST_RECORDS = 16;
/** A file system may give times in steps, and a clock may be read a moment before it. */
const TICK_MS = 20;

/**
 * Remembers a build, if that can be written. Not one whose inputs were written after it began: nobody knows whether they went into it.
 * @param startedMs when the build began, in epoch milliseconds
 */
export async function recordBuild(
  key: BuildKey,
  made: Omit<BuildRecord, 'stamps'>,
  paths: { readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly target: string },
  startedMs: number,
): Promise<void> {
  const inputs = await stampsOf(paths.inputs);
  if (newerThan(inputs, startedMs - TICK_MS)) return;
  const stamps = [...inputs, ...(await stampsOf(paths.outputs))];
  const folder = recordsIn(paths.target);
  const record: BuildRecord = { stamps, ...made };
  // Without it the next build only takes longer.
  await placeBytes(Buffer.from(`${JSON.stringify(record)}\n`), join(folder, recordName(key)))
    .then(() => forgetOldest(folder))
    .catch(() => {});
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  if (names.length <= MOST_RECORDS) return;
  const aged = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = aged.sort((one, other) => other.at - one.at).slice(MOST_RECORDS);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
