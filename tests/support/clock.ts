import type { Clock } from '../../src/local/clock.js';

/** A clock that a test moves: what falls due is called then, in the order of its time. */
export class MovedClock implements Clock {
  private readonly due: { readonly at: number; readonly callback: () => void }[] = [];
  private time: number;

  /** @param time epoch milliseconds */
  constructor(time = Date.parse('2026-01-02T03:04:05.678Z')) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const one = { at: this.time + milliseconds, callback };
    this.due.push(one);
    return () => {
      if (this.due.includes(one)) this.due.splice(this.due.indexOf(one), 1);
    };
  }

  /** Milliseconds until the next callback; undefined when nobody waits. */
  get next(): number | undefined {
    return this.due.length === 0 ? undefined : Math.min(...this.due.map(({ at }) => at)) - this.time;
  }

  advance(milliseconds: number): void {
    const until = this.time + milliseconds;
    for (;;) {
      const next = this.due.reduce<(typeof this.due)[number] | undefined>(
        (first, one) => (first === undefined || one.at < first.at ? one : first),
        undefined,
      );
      if (!next || next.at > until) break;
      this.due.splice(this.due.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = until;
  }
}
