import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How a process ended: an exit is a value, not an exception. */
export type Exit =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The program could not be started at all; `code` is the system's, such as ENOENT or EACCES. */
  | { readonly kind: 'not-started'; readonly code: string };

export interface SupervisedProcess {
  /** Undefined when the program could not be started, or has not been yet. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The listener is called once, with its number, when it has been started; never if that fails. */
  onStart(listener: (pid: number) => void): void;
  /** Each listener is called once, when the process has ended; its whole group has been killed by then. */
  onExit(listener: (exit: Exit) => void): void;
  /** Sends a signal to the process and all its descendants of the same group. Safe to call at any time. */
  signal(signal: NodeJS.Signals): void;
}

export interface ProcessRequest {
  readonly program: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it waits for: it reads this from its file descriptor 3, or nothing if there will be none. */
  readonly awaits?: Promise<string> | undefined;
  /** Its stdin is open, and closed by the system with whoever has started it; without it there is none. */
  readonly held?: boolean;
}

/** Is told which process groups live, so that they can be ended should this process be killed. */
export interface Roll {
  add(pid: number): void;
  remove(pid: number): void;
}

/**
 * Starts a program in a process group of its own. A function may start programs itself, and those must end with
 * it: every signal goes to the group, and what is left of the group is killed when the leader ends.
 */
export function supervise(request: ProcessRequest, roll?: Roll): SupervisedProcess {
  const child = spawn(request.program, request.args ?? [], {
    cwd: request.cwd,
    env: request.env as NodeJS.ProcessEnv,
    detached: process.platform !== 'win32',
    stdio: [request.held ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(request.awaits ? (['pipe'] as const) : [])],
    windowsHide: true,
  });
  const { pid } = child;
  child.stdin?.on('error', () => {});
  if (request.awaits) tell(child.stdio[3] as Writable, request.awaits);
  let exit: Exit | undefined;
  const listeners: ((exit: Exit) => void)[] = [];

  const settle = (how: Exit) => {
    if (exit) return;
    if (pid !== undefined) {
      signalGroup(pid, 'SIGKILL');
      roll?.remove(pid);
    }
    exit = how;
    for (const listener of listeners) listener(how);
  };
  if (pid !== undefined) roll?.add(pid);
  child.once('error', (error: NodeJS.ErrnoException) =>
    settle({ kind: 'not-started', code: error.code ?? 'UNKNOWN' }),
  );
  child.once('exit', (status, signal) =>
    settle(signal ? { kind: 'signal', signal } : { kind: 'exit', status: status ?? 0 }),
  );
  return {
    pid,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    onStart(callback) {
      if (pid !== undefined) callback(pid);
    },
    onExit(callback) {
      if (exit) callback(exit);
      else listeners.push(callback);
    },
    signal(signal) {
      if (pid !== undefined && !exit) signalGroup(pid, signal);
    },
  };
}

function tell(pipe: Writable, promised: Promise<string>): void {
  // Its reader may have been killed.
  pipe.on('error', () => {});
  promised.then(
    (text) => void pipe.end(text),
    () => void pipe.end(),
  );
}

/** Sends a signal to a process group; nothing happens when it has gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // The group has already gone: what was wanted.
  }
}
