import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import { runCli as run } from '../../src/cli/main.js';
import type { Pace } from '../../src/deploy/wait.js';
import { packageRoot } from '../../src/package-root.js';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is piped in; nothing when left out. */
  readonly stdin?: string;
  /** It runs at a terminal, where a person answers: what is typed when each text is shown, in this order. */
  readonly typed?: readonly (readonly [shown: string, keys: string])[] | undefined;
  /** By which a deploy waits; the wall's when left out. */
  readonly pace?: Pace | undefined;
}

type Name = 'stdout' | 'stderr';

/** What a command has written so far; a test can wait for what it will write. */
class Transcript {
  readonly text = { stdout: '', stderr: '' };
  private readonly read = { stdout: 0, stderr: 0 };
  private readonly listeners = new Set<() => void>();
  private end: string | undefined;

  take(name: Name, chunk: string): void {
    this.text[name] += chunk;
    for (const listener of [...this.listeners]) listener();
  }

  ended(how: string): void {
    this.end = how;
    for (const listener of [...this.listeners]) listener();
  }

  /** Resolves when the text after the previous match of this stream matches. */
  until(pattern: RegExp, name: Name): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.text[name].slice(this.read[name]));
        if (!found && this.end === undefined) return;
        this.listeners.delete(look);
        if (found) {
          this.read[name] += found.index + found[0].length;
          return resolve(found);
        }
        const { stdout, stderr } = this.text;
        reject(new Error(`${this.end}, without ${pattern} on ${name}\n${stderr}\n${stdout}`));
      };
      this.listeners.add(look);
      look();
    });
  }
}

/** Runs one command line in this process, to its end. */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<CliRun> {
  const cli = startCli(argv, surroundings);
  const code = await cli.ended;
  return { code, ...cli.text };
}

export interface RunningCli {
  readonly text: Readonly<Record<Name, string>>;
  /** The exit code. */
  readonly ended: Promise<number>;
  until(pattern: RegExp, name?: Name): Promise<RegExpExecArray>;
  /** As the first Ctrl-C does. Resolves to the exit code. */
  interrupt(): Promise<number>;
}

/** Starts a command line in this process. */
export function startCli(
  argv: readonly string[],
  { cwd, env = {}, stdin, typed, pace }: Surroundings,
): RunningCli {
  const transcript = new Transcript();
  const interruption = new AbortController();
  const stream = (name: Name) => {
    const through = new PassThrough();
    through.on('data', (chunk) => transcript.take(name, String(chunk)));
    return through;
  };
  const stderr = stream('stderr');
  const ended = run(argv, {
    cwd,
    env,
    stdin: typed
      ? typist(typed, stderr)
      : (Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]) as NodeJS.ReadableStream),
    stdout: stream('stdout'),
    stderr: typed ? Object.assign(stderr, { isTTY: true, columns: 80, rows: 24 }) : stderr,
    exitCode: 0,
    interrupted: interruption.signal,
    pace,
  });
  void ended.then((code) => transcript.ended(`crablet ${argv[0]} ended with ${code}`));
  return {
    text: transcript.text,
    ended,
    until: (pattern, name = 'stderr') => transcript.until(pattern, name),
    interrupt() {
      interruption.abort();
      return ended;
    },
  };
}

export const KEYS = { enter: '\r', yes: 'y', no: 'n', ctrlC: '\x03' } as const;

/** A keyboard on which each answer is typed when its question is drawn, and listens. */
function typist(answers: NonNullable<Surroundings['typed']>, screen: PassThrough): NodeJS.ReadableStream {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  let [shown, left] = ['', [...answers]];
  screen.on('data', (chunk) => {
    shown += String(chunk);
    const [next] = left;
    if (!next || !shown.includes(next[0])) return;
    left = left.slice(1);
    shown = '';
    setImmediate(() => keyboard.write(next[1]));
  });
  return keyboard;
}

/** A true process of the built CLI, in a process group and with a folder for temporary files of its own. */
export class LongLived {
  readonly text: Readonly<Record<Name, string>>;
  private readonly temporary = mkdtempSync(join(tmpdir(), 'crablet-process-'));
  private readonly transcript = new Transcript();
  private readonly child: ChildProcess;
  private readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(argv: readonly string[], { cwd, env }: Surroundings) {
    this.text = this.transcript.text;
    this.child = spawn(process.execPath, [join(packageRoot(), 'dist', 'crablet.cjs'), ...argv], {
      cwd,
      env: { ...env, TMPDIR: this.temporary },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]?.setEncoding('utf8').on('data', (chunk: string) => this.transcript.take(name, chunk));
    }
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.transcript.ended(`crablet ${argv[0]} ended with ${code ?? signal}`);
        resolve({ code, signal });
      });
    });
  }

  readUntil(pattern: RegExp, name: Name = 'stderr'): Promise<RegExpExecArray> {
    return this.transcript.until(pattern, name);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Every living process that it has started, and that those have. */
  descendants(): number[] {
    return descendantsOf(this.pid);
  }

  /** Waits for the end that the command comes to by itself. */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const how = await this.exited;
    rmSync(this.temporary, { recursive: true, force: true });
    return how;
  }

  /** Sends the signal to the command alone, waits for its end, and asserts that nothing of it is left. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const started = this.descendants();
    this.child.kill(signal);
    const { code } = await this.exited;
    for (const pid of started) await untilGone(() => !isRunning(pid));
    await untilGone(() => readdirSync(this.temporary).length === 0);
    expect(readdirSync(this.temporary)).toEqual([]);
    rmSync(this.temporary, { recursive: true });
    return code;
  }
}

export function descendantsOf(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry): [number, number][] => {
        const parent = statusOf(Number(entry))?.parent;
        return parent === undefined ? [] : [[Number(entry), parent]];
      }),
  );
  const below = (above: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === above ? [child, ...below(child)] : []));
  return below(pid);
}

/** A process that only waits for its parent to take note of its end has ended. */
export function isRunning(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.state !== 'Z';
}

function statusOf(pid: number): { state: string; parent: number } | undefined {
  try {
    // The name, in parentheses, may hold blanks and parentheses (proc(5)).
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** The end of processes that are not our children wakes nobody: it has to be looked for. */
async function untilGone(isGone: () => boolean): Promise<void> {
  while (!isGone()) await after(5);
}
