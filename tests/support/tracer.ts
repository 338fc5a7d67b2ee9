import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** PTRACE_SEIZE: attaches as a debugger does, and lets the process run. It is detached when the program ends. */
const SEIZE = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
if libc.ptrace(0x4206, int(sys.argv[1]), None, None) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
print("attached", flush=True)
sys.stdin.read()
`;

export interface Tracer {
  /** Resolves when the process is traced no more. */
  detach(): Promise<void>;
}

/** Attaches to a process until it is detached. */
export async function attach(pid: number): Promise<Tracer> {
  const child = spawn('python3', ['-c', SEIZE, String(pid)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error(`cannot attach to ${pid}`))),
  ]);
  return {
    async detach() {
      child.stdin.end();
      await ended;
    },
  };
}
