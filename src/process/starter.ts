import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { LineSplitter } from './lines.js';
import { type Reaper, reapedFolder } from './reaper.js';
import { type StarterReport, type StarterRequest, starterProgram } from './starter-program.js';
import {
  type Exit,
  type ProcessRequest,
  type Roll,
  type SupervisedProcess,
  signalGroup,
} from './supervise.js';

/** Longer paths cannot be those of a socket on Linux (unix(7)). */
const LONGEST_PATH = 107;

/** Which program with which arguments runs Node.js. */
export type Wrap = (program: string, args: readonly string[]) => readonly [string, readonly string[]];

/**
 * A small process that starts others for this one. A start copies the memory map of whoever starts, and each page
 * written to afterwards: for a service of 100 MB that is 3 ms of its only thread, in which nobody is answered, and
 * a burst of starts holds everything up. Asked of another process it is 0.2 ms, and the starts go on beside it.
 *
 * For what is started nothing is different but the number of its parent.
 */
export class Starter {
  private readonly server: Server;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** Those that have not ended, and those whose output has not all arrived. */
  private readonly running = new Map<number, Started>();
  private readonly silent = new Map<number, Started>();
  private count = 0;
  private ready = false;
  private isOpen: () => void = () => {};
  /** Resolves when it starts what it is asked to. */
  readonly opened = new Promise<void>((resolve) => {
    this.isOpen = resolve;
  });
  private over = false;

  /** Starts it; undefined where it cannot be had. */
  static open(wrap: Wrap, reaper: Pick<Reaper, 'removes'>): Starter | undefined {
    if (process.platform !== 'linux') return undefined;
    const folder = reapedFolder(reaper, tmpdir(), 'crablet-starter-');
    const path = join(folder, 'output');
    if (Buffer.byteLength(path) <= LONGEST_PATH) return new Starter(folder, path, wrap);
    rmSync(folder, { recursive: true });
    return undefined;
  }

  private constructor(
    readonly folder: string,
    path: string,
    wrap: Wrap,
  ) {
    this.server = createServer({ pauseOnConnect: true }, (socket) => this.takeOutput(socket));
    this.server.on('error', () => this.close());
    this.server.listen(path).unref();
    const script = `(${starterProgram})(require)`;
    const [program, args] = wrap(process.execPath, ['--input-type=commonjs', '-e', script, path]);
    this.child = spawn(program, [...args], {
      cwd: '/',
      env: {},
      // Ctrl-C is for this process: it gives functions time to end.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.child.unref();
    this.child.on('error', () => this.close());
    // Not at its exit: what it still said of processes it had started is read first.
    this.child.once('close', () => this.close());
    this.child.stdin.on('error', () => this.close());
    const lines = new LineSplitter((line) => this.take(JSON.parse(line) as StarterReport));
    this.child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
    for (const pipe of [this.child.stdin, this.child.stdout]) (pipe as unknown as Socket).unref();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Starts a program in a process group of its own, like `supervise`; undefined when it cannot, not yet or not any more. */
  start(request: ProcessRequest, roll?: Roll): SupervisedProcess | undefined {
    if (!this.ready) return undefined;
    this.count += 1;
    const id = this.count;
    const { program, args = [], cwd, env, awaits, held = false } = request;
    const started = new Started(roll);
    this.running.set(id, started);
    this.silent.set(id, started);
    this.ask({ kind: 'start', id, program, args, cwd, env, awaits: awaits !== undefined, held });
    if (awaits) started.onStart(() => void this.tell(id, awaits));
    return started;
  }

  private async tell(id: number, awaits: Promise<string>): Promise<void> {
    const text = await awaits.catch(() => undefined);
    if (this.running.has(id)) this.ask({ kind: 'tell', id, ...(text !== undefined && { text }) });
  }

  private ask(request: StarterRequest): void {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  private take(report: StarterReport): void {
    if (report.kind === 'ready') {
      this.ready = true;
      return this.isOpen();
    }
    const started = this.running.get(report.id);
    if (!started) return;
    switch (report.kind) {
      case 'started':
        return started.is(report.pid);
      case 'not-started':
        this.running.delete(report.id);
        this.silent.delete(report.id);
        started.saysNothing();
        return started.ends({ kind: 'not-started', code: report.code });
      case 'ended': {
        this.running.delete(report.id);
        const { status, signal } = report;
        return started.ends(signal ? { kind: 'signal', signal } : { kind: 'exit', status: status ?? 0 });
      }
    }
  }

  /** The connection's first line says whose output follows. */
  private takeOutput(socket: Socket): void {
    let head = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end === -1) return;
      socket.removeListener('data', read);
      const [id, stream] = head.toString('latin1', 0, end).split(' ');
      this.attach(Number(id), stream === 'stderr' ? 'stderr' : 'stdout', socket, head.subarray(end + 1));
    };
    socket.on('data', read);
    socket.resume();
  }

  private attach(id: number, stream: 'stdout' | 'stderr', socket: Socket, first: Buffer): void {
    const started = this.silent.get(id);
    if (!started) return void socket.destroy();
    started[stream].follow(socket, first);
    if (started.stdout.followed && started.stderr.followed) this.silent.delete(id);
  }

  /** Ends it, and with it what it has started. Can be called twice. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.ready = false;
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
    // At the end of its stdin it kills what it has started. It may have been killed itself: then we do.
    this.child.stdin.destroy();
    for (const started of this.silent.values()) started.saysNothing();
    for (const started of this.running.values()) started.isLost();
    this.silent.clear();
    this.running.clear();
  }
}

/** A process that another one has been asked to start. */
class Started implements SupervisedProcess {
  readonly stdout = new Output();
  readonly stderr = new Output();
  pid: number | undefined;
  private exit: Exit | undefined;
  private readonly startListeners: ((pid: number) => void)[] = [];
  private readonly exitListeners: ((exit: Exit) => void)[] = [];
  /** Signals sent before it had a number. */
  private readonly early: NodeJS.Signals[] = [];

  constructor(private readonly roll: Roll | undefined) {}

  onStart(listener: (pid: number) => void): void {
    if (this.pid !== undefined) listener(this.pid);
    else this.startListeners.push(listener);
  }

  onExit(listener: (exit: Exit) => void): void {
    if (this.exit) listener(this.exit);
    else this.exitListeners.push(listener);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.exit) return;
    if (this.pid === undefined) this.early.push(signal);
    else signalGroup(this.pid, signal);
  }

  is(pid: number): void {
    this.pid = pid;
    this.roll?.add(pid);
    for (const signal of this.early.splice(0)) signalGroup(pid, signal);
    for (const listener of this.startListeners.splice(0)) listener(pid);
  }

  ends(exit: Exit): void {
    if (this.pid !== undefined) this.roll?.remove(this.pid);
    this.exit = exit;
    for (const listener of this.exitListeners.splice(0)) listener(exit);
  }

  /** Nobody will say how it ends. */
  isLost(): void {
    this.signal('SIGKILL');
    this.ends({ kind: 'signal', signal: 'SIGKILL' });
  }

  saysNothing(): void {
    this.stdout.end();
    this.stderr.end();
  }
}

/** What a process writes, through a connection that comes later. */
class Output extends Readable {
  private socket: Socket | undefined;

  get followed(): boolean {
    return this.socket !== undefined;
  }

  follow(socket: Socket, first: Buffer): void {
    this.socket = socket;
    if (first.length > 0) this.push(first);
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('close', () => this.push(null));
  }

  /** Nothing will come, unless it has begun to. */
  end(): void {
    if (!this.socket) this.push(null);
  }

  override _read(): void {
    this.socket?.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket?.destroy();
    done(error);
  }
}
