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
export function recordedBuild(key: BuildKey, targetFolders: Iterable<string>): BuildRecord | undefined {
  const name = recordName(key);
  for (const folder of targetFolders) {
    const record = readRecord(join(recordsIn(folder), name));
    if (record && holds(record.stamps)) return record;
  }
  return undefined;
}

/** Where the target folder may be, nearest first; what takes reading files comes last, and only when it is asked for. */
export function* likelyTargetFolders(
  cwd: string,
  env: NodeJS.ProcessEnv,
  manifestPath?: string,
): Generator<string> {
  const named = env['CARGO_TARGET_DIR'] ?? env['CARGO_BUILD_TARGET_DIR'];
  if (named) return yield resolve(cwd, named);
  const start = manifestPath === undefined ? cwd : dirname(resolve(cwd, manifestPath));
  for (const folder of ancestors(start)) yield join(folder, 'target');
  const home = env['CARGO_HOME'];
  const holders = ancestors(cwd).map((folder) => join(folder, '.cargo'));
  for (const holder of home === undefined ? holders : [...holders, home]) {
    const configured = targetDirIn(holder);
    if (configured !== undefined) yield resolve(dirname(holder), configured);
  }
}

/**
 * `build.target-dir` of a folder's configuration, as it is written nearly always: reading TOML takes longer than all else
 * here. What is taken for one and is none leads to a folder without a record; what is not found here costs a run of cargo.
 */
function targetDirIn(holder: string): string | undefined {
  for (const name of ['config', 'config.toml']) {
    try {
      const text = readFileSync(join(holder, name), 'utf8');
      return /^\s*(?:build\.)?target-dir\s*=\s*["']([^"'\\]+)["']/m.exec(text)?.[1];
    } catch {}
  }
  return undefined;
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
