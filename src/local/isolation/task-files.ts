import {
  chmodSync,
  copyFileSync,
  type Dirent,
  mkdirSync,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Piece } from './bwrap-argv.js';

/** More entries than this are no function's folder: a target folder, in which nothing has to be mended. */
const MOST_ENTRIES = 300;

/**
 * The function's files at /var/task. Links that lead out of the folder, as `include` makes them, are followed. What
 * only its owner may read is readable there all the same: in a zip of ours it would be.
 * @param copies a folder for files that have to be copied for that; undefined when the function runs as their owner
 */
export function taskPieces(taskRoot: string, copies: string | undefined): Piece[] {
  const walk: Walk = { root: realpathSync(taskRoot), copies, copied: 0, left: MOST_ENTRIES };
  const whole: Piece = { kind: 'read-only', from: taskRoot, at: '/var/task' };
  const pieces = piecesOf(taskRoot, '/var/task', walk);
  return walk.left < 0 ? [whole] : (pieces ?? [whole]);
}

interface Walk {
  readonly root: string;
  readonly copies: string | undefined;
  copied: number;
  left: number;
}

/** The parts of a folder, each for itself; undefined when it can be taken as a whole. */
function piecesOf(folder: string, at: string, walk: Walk): Piece[] | undefined {
  const entries = readdirSync(folder, { withFileTypes: true });
  walk.left -= entries.length;
  if (walk.left < 0) return undefined;
  const closed = walk.copies !== undefined && !open(statSync(folder), 0o005);
  let asItIs = !closed;
  const inner = entries.flatMap((entry) => {
    const from = join(folder, entry.name);
    const to = `${at}/${entry.name}`;
    const mended = mendedEntry(entry, from, to, walk);
    if (mended) asItIs = false;
    return mended ?? [{ kind: 'read-only', from, at: to } as const];
  });
  return asItIs ? undefined : [{ kind: 'folder', at }, ...inner];
}

function mendedEntry(entry: Dirent, from: string, at: string, walk: Walk): Piece[] | undefined {
  if (entry.isDirectory()) return piecesOf(from, at, walk);
  if (entry.isSymbolicLink()) return leadingOut(from, at, walk);
  return entry.isFile() ? mendedFile(from, at, walk) : undefined;
}

function mendedFile(from: string, at: string, walk: Walk): Piece[] | undefined {
  if (walk.copies === undefined) return undefined;
  const stats = statSync(from);
  const wanted = stats.mode & 0o100 ? 0o005 : 0o004;
  if (open(stats, wanted)) return undefined;
  mkdirSync(walk.copies, { recursive: true });
  walk.copied += 1;
  const copy = join(walk.copies, String(walk.copied));
  copyFileSync(from, copy);
  chmodSync(copy, stats.mode & 0o100 ? 0o755 : 0o644);
  return [{ kind: 'read-only', from: copy, at }];
}

function open({ mode }: Stats, wanted: number): boolean {
  return (mode & wanted) === wanted;
}

function leadingOut(link: string, at: string, walk: Walk): Piece[] | undefined {
  try {
    const from = realpathSync(link);
    if (from === walk.root || from.startsWith(`${walk.root}/`)) return undefined;
    const mended = statSync(from).isDirectory() ? piecesOf(from, at, walk) : mendedFile(from, at, walk);
    return mended ?? [{ kind: 'read-only', from, at }];
  } catch {
    return undefined;
  }
}
