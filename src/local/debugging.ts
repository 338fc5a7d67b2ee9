import { isTraced } from '../process/tracer.js';

/** How often a process is looked at, in milliseconds: no system tells when a debugger attaches. */
const LOOK_MS = 100;

type ProcessId = () => number | undefined;

/** A timer that can be called off; those of Node.js are of this form. */
export interface Timer {
  close(): void;
}

/** What is left of a time that stands still while a debugger is attached. */
export function countDown(leftMs: number, elapsedMs: number, attached: boolean): number {
  return attached ? leftMs : Math.max(0, leftMs - elapsedMs);
}

/** For functions that are debugged: their invocations wait for a debugger, and their time stands still with them. */
export class Debugging {
  constructor(
    private readonly now: () => number,
    private readonly attachedTo: (pid: number) => Promise<boolean> = isTraced,
  ) {}

  /** Calls back, once, when a debugger is attached. */
  whenAttached(pid: ProcessId, callback: () => void): Timer {
    return this.look(pid, LOOK_MS, (attached) => {
      if (attached) callback();
      return attached;
    });
  }

  /** A timeout whose time stands still while a debugger is attached. */
  timer(milliseconds: number, pid: ProcessId, callback: () => void): Timer {
    let left = milliseconds;
    let lookedAt = this.now();
    return this.look(pid, Math.min(LOOK_MS, milliseconds), (attached) => {
      const now = this.now();
      left = countDown(left, now - lookedAt, attached);
      lookedAt = now;
      if (left === 0) callback();
      return left === 0;
    });
  }

  /** Looks again and again whether a debugger is attached, until `see` has seen what it wants. */
  private look(pid: ProcessId, everyMs: number, see: (attached: boolean) => boolean): Timer {
    let ended = false;
    let timer: NodeJS.Timeout;
    const once = async () => {
      const id = pid();
      const attached = id !== undefined && (await this.attachedTo(id));
      if (ended) return;
      ended = see(attached);
      if (!ended) timer = setTimeout(once, everyMs);
    };
    timer = setTimeout(once, everyMs);
    return {
      close() {
        ended = true;
        clearTimeout(timer);
      },
    };
  }
}
