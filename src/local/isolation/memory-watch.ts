import { anonymousMemory, groupMemory } from '../../process/memory.js';
import type { SupervisedProcess } from '../../process/supervise.js';

/** Between two looks, in milliseconds. What comes and goes in between is not seen. */
const INTERVAL_MS = 100;

/** Kills processes that use more than the function's memory, where no control group does it. */
export class MemoryWatch {
  /** Whether that has happened since the last start. */
  exceeded = false;
  private peakKb: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly limitMb: number,
    private readonly processes: ReadonlySet<SupervisedProcess>,
  ) {}

  /** Looks from now on, until `pause` or until no process is left. */
  watch(): void {
    this.timer ??= setInterval(() => void this.look(), INTERVAL_MS).unref();
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  started(): void {
    this.exceeded = false;
    this.watch();
  }

  /** @param highWaterKb what the system remembers, where it does */
  maxMb(highWaterKb: number | undefined): number | undefined {
    if (this.exceeded) return this.limitMb;
    const kibibytes = highWaterKb ?? this.peakKb;
    return kibibytes === undefined ? undefined : Math.min(Math.ceil(kibibytes / 1024), this.limitMb);
  }

  private async look(): Promise<void> {
    if (this.processes.size === 0) return this.pause();
    if (this.looking) return;
    this.looking = true;
    const pids = [...this.processes].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    const kibibytes = process.platform === 'linux' ? anonymousMemory(pids) : await groupMemory(pids);
    this.looking = false;
    this.peakKb = Math.max(this.peakKb ?? 0, kibibytes);
    if (kibibytes <= this.limitMb * 1024) return;
    this.exceeded = true;
    for (const one of this.processes) one.signal('SIGKILL');
  }
}
