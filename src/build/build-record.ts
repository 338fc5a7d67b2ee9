import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import { placeBytes } from './artifact.js';
import type { BuildResult } from './build.js';
import { holds, newerThan, type Stamps, stampsOf } from './stamps.js';

type Built = Extract<BuildResult, { kind: 'ok' }>;

/** Which build a record is of: everything that decides what cargo is asked for, but for the files. */
export interface BuildKey {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The flags as they were given. */
  readonly flags: object;
  /** Of crablet: another one may build in another way. */
  readonly version: string;
}

interface BuildRecord {
  readonly stamps: Stamps;
  readonly result: Built;
}

/** How many builds are remembered in one target folder: debug and release, for a few functions. */
const MOST_RECORDS = 16;
/** A file system may give times in steps, and a clock may be read a moment before it. */
const TICK_MS = 20;

/** Of the terminal, not of the build. */
const NOT_OF_THE_BUILD =
  /^(_|SHLVL|PWD|OLDPWD|COLUMNS|LINES|WINDOWID|GPG_TTY|STY|TERM_SESSION_ID|XDG_SESSION_.*|SSH_.*|TMUX.*)$/;

/**
 * The result of the same build before, if nothing that it depends on is other than it was: then cargo need not run.
 * Found without asking cargo for the target folder, so only where it is by default or as the environment says.
 */
export async function recordedBuild(
  key: BuildKey,
  targetFolders: readonly string[],
): Promise<Built | undefined> {
  const name = nameOf(key);
  for (const folder of targetFolders) {
    const record = await readRecord(join(recordsIn(folder), name));
    if (record) return (await holds(record.stamps)) ? unchanged(record.result) : undefined;
  }
  return undefined;
}

/**
 * Remembers a build, if that can be written. Not one whose inputs were written after it began: nobody knows whether they went into it.
 * @param startedMs when the build began, in epoch milliseconds
 */
export async function recordBuild(
  key: BuildKey,
  result: Built,
  paths: { readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly target: string },
  startedMs: number,
): Promise<void> {
  const inputs = await stampsOf(paths.inputs);
  if (newerThan(inputs, startedMs - TICK_MS)) return;
  const stamps = [...inputs, ...(await stampsOf(paths.outputs))];
  const folder = recordsIn(paths.target);
  const record: BuildRecord = { stamps, result };
  // Without it the next build only takes longer.
  await placeBytes(Buffer.from(`${JSON.stringify(record)}\n`), join(folder, nameOf(key)))
    .then(() => forgetOldest(folder))
    .catch(() => {});
}

/** Where the target folder may be, nearest first. */
export function likelyTargetFolders(cwd: string, env: NodeJS.ProcessEnv, manifestPath?: string): string[] {
  const named = env['CARGO_TARGET_DIR'] ?? env['CARGO_BUILD_TARGET_DIR'];
  if (named) return [resolve(cwd, named)];
  const start = manifestPath === undefined ? cwd : dirname(resolve(cwd, manifestPath));
  return ancestors(start).map((folder) => join(folder, 'target'));
}

function nameOf({ cwd, env, flags, version }: BuildKey): string {
  const variables = Object.entries(env)
    .filter(([name]) => !NOT_OF_THE_BUILD.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([version, cwd, flags, variables]);
  return `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.json`;
}

function recordsIn(target: string): string {
  return join(target, 'lambda', '.builds');
}

/** A record that cannot be read, or is of another form, is none. */
async function readRecord(path: string): Promise<BuildRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as BuildRecord;
    return Array.isArray(record.stamps) && record.result.kind === 'ok' ? record : undefined;
  } catch {
    return undefined;
  }
}

function unchanged(result: Built): Built {
  return {
    ...result,
    functions: result.functions.map((one) => ({ ...one, changed: false, previousSize: one.size })),
  };
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
