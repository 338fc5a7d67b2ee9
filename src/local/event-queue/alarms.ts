import type { Clock } from '../clock.js';

/** Things to be done at their time, with one timer for all of them. */
export class Alarms<Item> {
  /** The latest first, so that the next one is taken from the end. */
  private readonly set: { readonly at: number; readonly item: Item }[] = [];
  private cancel: (() => void) | undefined;
  private awaited = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly ring: (item: Item) => void,
  ) {}

  get size(): number {
    return this.set.length;
  }

  /** Those of the same moment ring in the order in which they were added. */
  add(at: number, item: Item): void {
    let [low, high] = [0, this.set.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.set[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    this.set.splice(low, 0, { at, item });
    this.wait();
  }

  close(): void {
    this.cancel?.();
    this.set.length = 0;
  }

  private wait(): void {
    const next = this.set.at(-1)?.at ?? Number.POSITIVE_INFINITY;
    if (next === this.awaited) return;
    this.cancel?.();
    this.awaited = next;
    this.cancel = Number.isFinite(next)
      ? this.clock.after(Math.max(0, next - this.clock.now()), () => this.due())
      : undefined;
  }

  /** A timer may ring a little early. */
  private due(): void {
    this.awaited = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    const due = [];
    while (this.set.length > 0 && this.set.at(-1)!.at <= now) due.push(this.set.pop()!.item);
    for (const item of due) this.ring(item);
    this.wait();
  }
}
