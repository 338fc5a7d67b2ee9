import { readdirSync } from 'node:fs';

/** The threads of a process, by their numbers (proc(5)); none when it has ended, or where there is no /proc. */
export function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
