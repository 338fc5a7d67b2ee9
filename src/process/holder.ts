import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** A process that exists so that what it has made stays: it says a line when that is there, and ends with its stdin. */
export interface Holder {
  /** The first line it says; rejects with what it complained of when it ends without one. */
  readonly line: Promise<string>;
  /** Writes to its file descriptor 3, and closes that. */
  tell(text: string): void;
  /** Ends it, with its group. Can be called twice. */
  end(): void;
}

/** Its stdin is a pipe of ours, which the system closes with us: it ends even when we are killed. */
export function startHolder(program: string, args: readonly string[]): Holder {
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child as ChildProcessWithoutNullStreams;
  const told = child.stdio[3] as Writable;
  told.on('error', () => {});
  child.unref();
  stdin.on('error', () => {});
  let complaints = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const line = new Promise<string>((resolve, reject) => {
    let said = '';
    stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(complaints.trim() || `${program} ended`)));
  });
  line.catch(() => {});
  return {
    line,
    tell: (text) => void told.end(text),
    end() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has gone already.
      }
    },
  };
}
