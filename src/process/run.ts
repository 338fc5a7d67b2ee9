import { type ChildProcess, spawn } from 'node:child_process';
import { LineSplitter } from './lines.js';
import { type Roll, signalGroup } from './supervise.js';

/** How long a program that was asked to end (SIGTERM) may take before its whole group is killed. */
const GRACE_MS = 2_000;

export interface RunRequest {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program and everything it has started. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each line of stdout, without its line end. Without it stdout is thrown away. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Called for each piece of stderr as it comes. Without it stderr is thrown away. */
  readonly onStderr?: ((text: string) => void) | undefined;
  /** Ends the program should this process be killed. */
  readonly roll?: Roll | undefined;
  /** Milliseconds between SIGTERM and SIGKILL after `signal` is aborted. */
  readonly graceMs?: number;
}

export type RunEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'cancelled' }
  /** The program does not exist or may not be executed. */
  | { readonly kind: 'not-started'; readonly error: NodeJS.ErrnoException };

/** Runs a program to its end, in a process group of its own; how it ended is a value, nothing is thrown. */
export function run(request: RunRequest): Promise<RunEnd> {
  if (request.signal?.aborted) return Promise.resolve({ kind: 'cancelled' });
  return new Promise((resolve) => {
    const child = spawn(request.program, [...request.argv], {
      cwd: request.cwd,
      env: request.env,
      // A group of its own: Ctrl-C in the terminal reaches only us, and we end the whole group at once.
      detached: process.platform !== 'win32',
      stdio: ['ignore', request.onLine ? 'pipe' : 'ignore', request.onStderr ? 'pipe' : 'ignore'],
      windowsHide: true,
    });
    readOutput(child, request);
    const { pid } = child;
    // Without a number it has not been started, which is told as an error.
    const stopEnding = pid === undefined ? () => {} : endOnAbort(pid, request);
    if (pid !== undefined) request.roll?.add(pid);
    const stopWaiting = () => {
      stopEnding();
      if (pid !== undefined) request.roll?.remove(pid);
    };
    child.once('error', (error) => {
      // Node reports both a failed start and a failed kill here; only the first leaves us without a pid.
      if (child.pid !== undefined) return;
      stopWaiting();
      resolve({ kind: 'not-started', error });
    });
    child.once('close', (code, signal) => {
      stopWaiting();
      if (request.signal?.aborted) {
        // Whoever ignored SIGTERM and holds none of our pipes is still there.
        if (pid !== undefined) signalGroup(pid, 'SIGKILL');
        resolve({ kind: 'cancelled' });
      } else if (signal) resolve({ kind: 'signalled', signal });
      else resolve({ kind: 'exited', code: code ?? 0 });
    });
  });
}

function readOutput(child: ChildProcess, { onLine, onStderr }: RunRequest): void {
  if (child.stdout && onLine) {
    const splitter = new LineSplitter(onLine);
    child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
    child.stdout.on('end', () => splitter.end());
  }
  if (child.stderr && onStderr) {
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', onStderr);
  }
}

/** Once aborted: SIGTERM to the group, SIGKILL after the grace time; returns what undoes the waiting. */
function endOnAbort(pid: number, { signal, graceMs = GRACE_MS }: RunRequest): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(pid, 'SIGTERM');
    timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    signal?.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}
