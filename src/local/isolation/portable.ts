import { highWaterMark } from '../../process/memory.js';
import { type Roll, type SupervisedProcess, supervise } from '../../process/supervise.js';
import type { Confinement, ConfinementRequest, Isolation, StartRequest } from '../isolation.js';
import { MemoryWatch } from './memory-watch.js';

/** What every system has: process groups, signals, and looking how much memory they use. */
export const portable: Isolation = { confine: (request) => new Watched(request) };

class Watched implements Confinement {
  readonly taskRoot: string;
  readonly tmp: string;
  readonly opt: readonly string[] | undefined;
  private readonly processes = new Set<SupervisedProcess>();
  private readonly memory: MemoryWatch;

  constructor({ taskRoot, tmp, memoryMb, layers }: ConfinementRequest) {
    // Nothing can be put into /opt here: each layer stays where it is.
    this.opt = layers.length > 0 ? [...layers].reverse() : undefined;
    this.taskRoot = taskRoot;
    this.tmp = tmp;
    this.memory = new MemoryWatch(memoryMb, this.processes);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  start({ taskRoot, bootstrap, env }: StartRequest, roll?: Roll): SupervisedProcess {
    const started = supervise({ program: bootstrap, cwd: taskRoot, env }, roll);
    this.processes.add(started);
    started.onExit(() => this.processes.delete(started));
    this.memory.started();
    return started;
  }

  maxMemoryMb(pid: number): number | undefined {
    return this.memory.maxMb(highWaterMark(pid));
  }

  ranOutOfMemory(): boolean {
    return this.memory.exceeded;
  }

  freeze(): void {
    this.memory.pause();
    for (const process of this.processes) process.signal('SIGSTOP');
  }

  thaw(): void {
    for (const process of this.processes) process.signal('SIGCONT');
    this.memory.watch();
  }

  initialized(): void {}

  close(): void {
    this.memory.pause();
  }
}
