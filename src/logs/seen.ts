/**
 * Which events were shown already. CloudWatch takes events in that are older than what it gave out before, so each
 * look begins a little earlier than the newest, and passes over what it knows.
 */
export class Seen {
  private readonly times = new Map<string, number>();
  private newest: number;

  /** @param fromMs where the first look begins */
  constructor(
    private readonly fromMs: number,
    private readonly overlapMs: number,
  ) {
    this.newest = fromMs;
  }

  /** True the first time. */
  add(id: string, time: number): boolean {
    if (this.times.has(id)) return false;
    this.times.set(id, time);
    if (time > this.newest) this.newest = time;
    return true;
  }

  /** Where the next look begins; what is older is forgotten. */
  next(): number {
    const from = Math.max(this.fromMs, this.newest - this.overlapMs);
    for (const [id, time] of this.times) if (time < from) this.times.delete(id);
    return from;
  }
}
