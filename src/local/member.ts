import type { Readable } from 'node:stream';
import type { Exit, SupervisedProcess } from '../process/supervise.js';
import { onLines } from './output-lines.js';

/** How long the pipes of a process that has ended are read on: what it started may hold them open for ever. */
const LAST_WORDS_MS = 100;

/** A process of an environment, the runtime's or an extension's: its lines, its exit, and its end to wait for. */
export class Member {
  /** Resolves when the process has ended and what it wrote has been read. */
  readonly ended: Promise<Exit>;

  constructor(
    private readonly process: SupervisedProcess,
    told: { line(line: string): void; exited(member: Member, exit: Exit): void },
  ) {
    const { stdout, stderr } = process;
    for (const stream of [stdout, stderr]) onLines(stream, (line) => told.line(line));
    this.ended = new Promise((resolve) => {
      process.onExit((exit) => {
        told.exited(this, exit);
        void read([stdout, stderr]).then(() => resolve(exit));
      });
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.signal(signal);
  }

  /** Resolves at its end, which comes after this time at the latest. */
  async endWithin(ms: number): Promise<Exit> {
    const kill = () => this.signal('SIGKILL');
    const timer = ms > 0 ? setTimeout(kill, ms) : kill();
    const exit = await this.ended;
    if (timer) clearTimeout(timer);
    return exit;
  }
}

function read(streams: readonly Readable[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    const open = new Set(streams.filter((stream) => !stream.readableEnded && !stream.destroyed));
    const check = () => {
      if (open.size > 0) return;
      clearTimeout(timer);
      resolve();
    };
    for (const stream of open) {
      stream.once('close', () => {
        open.delete(stream);
        check();
      });
    }
    check();
  });
}
