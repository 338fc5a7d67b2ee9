import { readFileSync } from 'node:fs';

/**
 * What tells a process from all others, also from a later one that was given the same number: the number, and where
 * the system tells it (Linux) the time of its start.
 * @returns undefined when there is no such process
 */
export function processMark(pid: number): string | undefined {
  if (!exists(pid)) return undefined;
  const startedAt = startOf(pid);
  return startedAt === undefined ? `${pid}` : `${pid} ${startedAt}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of proc(5)'s stat: clock ticks since the system's start. The name before it may hold blanks and brackets. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}
