import type { Clock } from './clock.js';
import type { Invocation } from './invocation.js';

/** How long an invocation waits for the poll of a runtime that has just answered, rather than start a process. */
const POLL_GRACE_MS = 10;

/** The invocations of one function that wait for an environment, in the order of their coming. */
export class Waiting {
  private readonly all: Invocation[] = [];
  /** Those that wait for a runtime's poll. */
  private readonly awaiting = new Set<Invocation>();
  private cancelTimer: (() => void) | undefined;

  get size(): number {
    return this.all.length;
  }

  get awaitingPoll(): number {
    return this.awaiting.size;
  }

  add(invocation: Invocation): void {
    this.all.push(invocation);
  }

  /** Adds one that waits for a poll that should come at once; `goOn` is called when it does not. */
  addForPoll(invocation: Invocation, goOn: () => void): void {
    this.awaiting.add(invocation);
    this.all.push(invocation);
    setTimeout(() => {
      if (!this.awaiting.delete(invocation)) return;
      this.all.splice(this.all.indexOf(invocation), 1);
      goOn();
    }, POLL_GRACE_MS);
  }

  /** Adds one that only time can help: `look` is called then, for all that wait for it. */
  addForTime(invocation: Invocation, clock: Clock, waitMs: number, look: () => void): void {
    this.all.push(invocation);
    this.cancelTimer ??= clock.after(Math.ceil(waitMs), () => {
      this.cancelTimer = undefined;
      look();
    });
  }

  has(invocation: Invocation): boolean {
    return this.all.includes(invocation);
  }

  /** Takes one out, whose caller does not wait any longer. False when it does not wait here. */
  remove(invocation: Invocation): boolean {
    const at = this.all.indexOf(invocation);
    if (at === -1) return false;
    this.all.splice(at, 1);
    this.awaiting.delete(invocation);
    return true;
  }

  /** All of them; who must go on waiting has to be added again. */
  takeAll(): Invocation[] {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.awaiting.clear();
    return this.all.splice(0);
  }
}
