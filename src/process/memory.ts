import { readFileSync } from 'node:fs';
import { run } from './run.js';
import { threadsOf } from './threads.js';

/**
 * Memory that processes hold and cannot give back, in KiB: that of a program's file does not count, for the system
 * drops it when memory is short.
 */
export function anonymousMemory(leaders: readonly number[]): number {
  let sum = 0;
  for (const pid of withDescendants(leaders)) sum += ownMemory(pid);
  return sum;
}

/** The processes, and all that descend from them. */
export function withDescendants(pids: readonly number[]): number[] {
  const found = [...pids];
  // The list grows while it is walked.
  for (const pid of found) found.push(...childrenOf(pid));
  return found;
}

function ownMemory(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  return ['RssAnon', 'RssShmem'].reduce((sum, field) => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return sum + Number(kibibytes ?? 0);
  }, 0);
}

/** Each thread has the children that it started (proc(5)). */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** The highest resident memory of a process so far, in KiB. */
export function highWaterMark(pid: number): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Resident memory of process groups, in KiB, where there is no /proc: as ps tells it. */
export async function groupMemory(groups: readonly number[]): Promise<number> {
  let sum = 0;
  await run({
    program: 'ps',
    argv: ['-axo', 'pgid=,rss='],
    cwd: '/',
    env: process.env,
    onLine(line) {
      const [group, kibibytes] = line.trim().split(/\s+/).map(Number);
      if (groups.includes(group ?? 0)) sum += kibibytes ?? 0;
    },
  });
  return sum;
}
