import { isTraced } from '../process/tracer.js';

/** How often a process is looked at, in milliseconds: no system tells when a debugger attaches. */
const LOOK_MS = 100;

type ProcessId = () => number | undefined;

/** Where the invocations of a function wait until a debugger is attached to its process. */
export interface DebuggerGate {
  /** Whether an invocation has to wait; from then on the gate looks for a debugger, as soon as there is a process. */
  holds(ready: boolean): boolean;
  close(): void;
}

/** A timer of Node.js, or one that stands still now and then. */
export type Timer = NodeJS.Timeout | Looking;

export function stopTimer(timer: Timer | undefined): void {
  if (timer instanceof Looking) timer.close();
  else clearTimeout(timer);
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

  /** @param tell of a process that waits, and, when invocations may go on, of one that has a debugger */
  gate(pid: ProcessId, tell: (pid: number, attached: boolean) => void): DebuggerGate {
    let looking: Looking | undefined;
    let open = false;
    let told: number | undefined;
    const attached = () => {
      looking = undefined;
      open = true;
      tell(pid() ?? 0, true);
      open = false;
    };
    const waits = () => {
      const id = pid();
      if (id === undefined || id === told) return id;
      told = id;
      tell(id, false);
      return id;
    };
    return {
      holds: (ready) => {
        if (open || !ready) return false;
        looking ??= this.whenAttached(waits, attached);
        return true;
      },
      close: () => looking?.close(),
    };
  }

  /** Calls back, once, when a debugger is attached. */
  whenAttached(pid: ProcessId, callback: () => void): Looking {
    return this.look(pid, LOOK_MS, 0, (attached) => {
      if (attached) callback();
      return attached;
    });
  }

  /** A timeout whose time stands still while a debugger is attached. */
  timer(milliseconds: number, pid: ProcessId, callback: () => void): Looking {
    let left = milliseconds;
    let lookedAt = this.now();
    return this.look(pid, Math.min(LOOK_MS, milliseconds), LOOK_MS, (attached) => {
      const now = this.now();
      left = countDown(left, now - lookedAt, attached);
      lookedAt = now;
      if (left === 0) callback();
      return left === 0;
    });
  }

  /** Looks again and again whether a debugger is attached, until `see` has seen what it wants. */
  private look(
    pid: ProcessId,
    everyMs: number,
    firstMs: number,
    see: (attached: boolean) => boolean,
  ): Looking {
    const looking = new Looking(everyMs, async () => {
      const id = pid();
      const attached = id !== undefined && (await this.attachedTo(id));
      return () => see(attached);
    });
    looking.start(Math.min(firstMs, everyMs));
    return looking;
  }
}

class Looking {
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly everyMs: number,
    /** Looks, and returns what then decides whether that was it. */
    private readonly look: () => Promise<() => boolean>,
  ) {}

  start(inMs: number): void {
    this.timer = setTimeout(async () => {
      const decide = await this.look();
      if (this.ended) return;
      this.ended = decide();
      if (!this.ended) this.start(this.everyMs);
    }, inMs);
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
