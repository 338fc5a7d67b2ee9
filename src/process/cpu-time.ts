import { readFileSync } from 'node:fs';
import { withDescendants } from './memory.js';
import { threadsOf } from './threads.js';

/**
 * Processor time that processes and their descendants have used so far, user and system, in milliseconds; undefined
 * where the system does not tell. Threads that have ended do not count any more: the kernel adds those up in ticks of
 * 10 ms only, and tells of living ones to the nanosecond (kernel documentation, scheduler/sched-stats).
 */
export function cpuTimeMs(pids: readonly number[]): number | undefined {
  let sum: number | undefined;
  for (const pid of withDescendants(pids)) {
    const time = processTimeMs(pid);
    if (time !== undefined) sum = (sum ?? 0) + time;
  }
  return sum;
}

function processTimeMs(pid: number): number | undefined {
  let nanoseconds = 0;
  let known = false;
  for (const thread of threadsOf(pid)) {
    const [running] = read(`/proc/${pid}/task/${thread}/schedstat`).split(' ');
    if (!running) continue;
    known = true;
    nanoseconds += Number(running);
  }
  return known ? nanoseconds / 1e6 : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
