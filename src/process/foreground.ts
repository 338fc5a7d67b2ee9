import { spawn } from 'node:child_process';
import type { Exit } from './supervise.js';

/** How long a program that was interrupted may take before it is killed. */
const PATIENCE_MS = 10_000;

/**
 * Runs a program in the user's terminal, with our own standard streams, to its end. In a terminal Ctrl-C reaches it
 * without us; `interrupted` passes on what only we were told.
 */
export function runInForeground(
  request: { program: string; args: readonly string[]; cwd: string; env: NodeJS.ProcessEnv },
  interrupted: AbortSignal,
): Promise<Exit> {
  return new Promise((resolve) => {
    const child = spawn(request.program, request.args, {
      cwd: request.cwd,
      env: request.env,
      stdio: 'inherit',
    });
    let killer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      if (!process.stdin.isTTY) child.kill('SIGTERM');
      killer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    };
    const ended = (exit: Exit) => {
      clearTimeout(killer);
      interrupted.removeEventListener('abort', interrupt);
      resolve(exit);
    };
    if (interrupted.aborted) interrupt();
    else interrupted.addEventListener('abort', interrupt, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) =>
      ended({ kind: 'not-started', code: error.code ?? 'UNKNOWN' }),
    );
    child.once('exit', (status, signal) =>
      ended(signal ? { kind: 'signal', signal } : { kind: 'exit', status: status ?? 0 }),
    );
  });
}
