import { readFile } from 'node:fs/promises';
import { run } from './run.js';

/** Of a process's flags on macOS: it is traced (P_TRACED in sys/proc.h). */
const P_TRACED = 0x800;

/** Whether a debugger is attached to a process; no where the system does not tell. */
export async function isTraced(pid: number): Promise<boolean> {
  switch (process.platform) {
    case 'linux': {
      const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
      return /^TracerPid:\s+[1-9]/m.test(status);
    }
    case 'darwin': {
      let flags = '';
      const argv = ['-o', 'flags=', '-p', String(pid)];
      const onLine = (line: string) => {
        flags = line.trim();
      };
      await run({ program: 'ps', argv, cwd: '/', env: process.env, onLine });
      return (Number.parseInt(flags, 16) & P_TRACED) !== 0;
    }
    default:
      return false;
  }
}

/** Whether this system lets a debugger attach to a process that it has not started (Yama, on many Linux systems). */
export async function mayAttach(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return true;
  const scope = await readFile('/proc/sys/kernel/yama/ptrace_scope', 'latin1').catch(() => '0');
  return scope.trim() === '0';
}
