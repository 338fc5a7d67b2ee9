import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/** What a starter is asked, one JSON text a line. */
export type StarterRequest =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly program: string;
      readonly args: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** Whether the process reads something from its file descriptor 3. */
      readonly awaits: boolean;
      readonly held: boolean;
    }
  /** What is for its file descriptor 3, which is closed after it; without a text it is only closed. */
  | { readonly kind: 'tell'; readonly id: number; readonly text?: string };

/** What it says, in the same form. */
export type StarterReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'not-started'; readonly id: number; readonly code: string }
  | {
      readonly kind: 'ended';
      readonly id: number;
      readonly status: number | null;
      readonly signal: NodeJS.Signals | null;
    };

/**
 * What a starter runs (starter.ts): it starts what it is asked to on its stdin, and says on its stdout what becomes of
 * it. Output does not come through here: each process writes into connections to a socket of the asker's, whose first
 * line says whose they are.
 *
 * It is given to Node.js as text, so that it needs no file of its own wherever the package has been bundled to: it can
 * use nothing of this module but types.
 */
export function starterProgram(load: NodeJS.Require): void {
  const { spawn } = load('node:child_process') as typeof import('node:child_process');
  const { connect } = load('node:net') as typeof import('node:net');
  const { rmSync } = load('node:fs') as typeof import('node:fs');
  const { dirname } = load('node:path') as typeof import('node:path');
  const socketPath = process.argv[1] as string;
  const groups = new Set<number>();
  const told = new Map<number, Writable>();

  function say(report: StarterReport): void {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }

  function connection(id: number, stream: 'stdout' | 'stderr'): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(socketPath, () => {
        socket.write(`${id} ${stream}\n`);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  }

  async function start(request: StarterRequest & { kind: 'start' }): Promise<void> {
    const { id, program, args, cwd, env } = request;
    const outputs: Socket[] = [];
    try {
      outputs.push(...(await Promise.all([connection(id, 'stdout'), connection(id, 'stderr')])));
      const [stdout, stderr] = outputs as [Socket, Socket];
      const stdin = request.held ? ('pipe' as const) : ('ignore' as const);
      const stdio = [stdin, stdout, stderr, ...(request.awaits ? ['pipe' as const] : [])];
      const child = spawn(program, args, { cwd, env, detached: true, stdio });
      const { pid } = child;
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (pid === undefined) say({ kind: 'not-started', id, code: error.code ?? 'UNKNOWN' });
      });
      if (pid === undefined) return;
      groups.add(pid);
      child.stdin?.on('error', () => {});
      const pipe = child.stdio[3] as Writable | undefined;
      if (pipe) {
        // Its reader may have been killed.
        pipe.on('error', () => {});
        told.set(id, pipe);
      }
      child.once('exit', (status, signal) => {
        kill(pid);
        groups.delete(pid);
        told.delete(id);
        say({ kind: 'ended', id, status, signal });
      });
      say({ kind: 'started', id, pid });
    } catch (error) {
      say({ kind: 'not-started', id, code: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' });
    } finally {
      // The process has them now. Closed, not ended: an end would be one for the process, too.
      for (const output of outputs) output.destroy();
    }
  }

  function kill(group: number): void {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has already gone.
    }
  }

  function take(request: StarterRequest): void {
    if (request.kind === 'start') {
      void start(request);
      return;
    }
    const pipe = told.get(request.id);
    told.delete(request.id);
    pipe?.end(request.text);
  }

  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) take(JSON.parse(line) as StarterRequest);
  });
  // Whoever asked has gone, perhaps killed.
  const leave = () => {
    for (const group of groups) kill(group);
    rmSync(dirname(socketPath), { recursive: true, force: true });
    process.exit(0);
  };
  process.stdin.once('close', leave);
  process.stdout.on('error', leave);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  say({ kind: 'ready' });
}
