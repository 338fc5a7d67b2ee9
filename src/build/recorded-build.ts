import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import type { BuildResult } from './build.js';
import { shortHash } from './short-hash.js';
import { holds, type Stamps } from './stamps.js';

// Reads what build-record.ts writes. Loaded before anything else of crablet, and for most builds in place of it: so it
// imports next to nothing, and asks the system one thing after the other, which is quicker here than side by side.

type Built = Extract<BuildResult, { kind: 'ok' }>;

/** Which build a record is of: everything that decides what cargo is asked for, but for the files. */
export interface BuildKey {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What was asked for, as it was given. */
  readonly asked: unknown;
  /** Of crablet: another one may build in another way. */
  readonly version: string;
}

export interface BuildRecord {
  readonly stamps: Stamps;
  readonly result: Built;
  /** What is said when the same build is asked for again, for people and for scripts. */
  readonly told?: { readonly text: Said; readonly json: Said } | undefined;
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Of the terminal, not of the build. */
const NOT_OF_THE_BUILD =
  /^(_|SHLVL|PWD|OLDPWD|COLUMNS|LINES|WINDOWID|GPG_TTY|STY|TERM_SESSION_ID|XDG_SESSION_.*|SSH_.*|TMUX.*)$/;

/**
 * The same build before, if nothing that it depends on is other than it was: then cargo need not run.
 * Found without asking cargo for the target folder, so only where it is by default or as the environment says.
 */
export function recordedBuild(key: BuildKey, targetFolders: readonly string[]): BuildRecord | undefined {
  const name = recordName(key);
  for (const folder of targetFolders) {
    const record = readRecord(join(recordsIn(folder), name));
    if (record) return holds(record.stamps) ? record : undefined;
  }
  return undefined;
}

/** Where the target folder may be, nearest first. */
export function likelyTargetFolders(cwd: string, env: NodeJS.ProcessEnv, manifestPath?: string): string[] {
  const named = env['CARGO_TARGET_DIR'] ?? env['CARGO_BUILD_TARGET_DIR'];
  if (named) return [resolve(cwd, named)];
  const start = manifestPath === undefined ? cwd : dirname(resolve(cwd, manifestPath));
  return ancestors(start).map((folder) => join(folder, 'target'));
}

export function recordName({ cwd, env, asked, version }: BuildKey): string {
  const variables = Object.entries(env)
    .filter(([name]) => !NOT_OF_THE_BUILD.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `${shortHash(JSON.stringify([version, cwd, asked, variables]))}.json`;
}

export function recordsIn(target: string): string {
  return join(target, 'lambda', '.builds');
}

/** A record that cannot be read, or is of another form, is none. */
function readRecord(path: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as BuildRecord;
    return Array.isArray(record.stamps) && record.result.kind === 'ok' ? record : undefined;
  } catch {
    return undefined;
  }
}
