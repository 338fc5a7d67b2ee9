import type { Confinement } from '../isolation.js';

/**
 * How long an environment rests before it is frozen, in milliseconds. AWS freezes at once; callers that go on directly
 * would pay for freeze and thaw each time, and so would those of an environment that others' invocations have kept
 * waiting. Background work gets no further in this time than it would while the answer travels to a client of AWS's.
 */
const DELAY_MS = 20;

/** Freezes an environment that rests, and thaws it before it is given work. Costs one timer, which is used again. */
export class Resting {
  private resting = false;
  private frozen = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly confinement: Confinement) {}

  rest(): void {
    this.resting = true;
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => this.freeze(), DELAY_MS).unref();
  }

  wake(): void {
    this.resting = false;
    if (!this.frozen) return;
    this.frozen = false;
    this.confinement.thaw();
  }

  /** The last use: no timer is left. */
  close(): void {
    clearTimeout(this.timer);
    this.wake();
  }

  private freeze(): void {
    if (!this.resting || this.frozen) return;
    this.frozen = true;
    this.confinement.freeze();
  }
}
