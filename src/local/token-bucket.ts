/**
 * A rate with room for a burst: so many at once, refilled continuously, never more than it holds. It knows no clock;
 * whoever takes says what time it is, in milliseconds. A clock that is set back only stops the refill for a moment.
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly capacity: number,
    /** How long it takes to fill when it is empty. */
    private readonly fillMs: number,
    now: number,
  ) {
    this.tokens = capacity;
    this.filledAt = now;
  }

  /** Takes one, when there is one. */
  take(now: number): boolean {
    if (!this.has(now)) return false;
    this.tokens -= 1;
    return true;
  }

  has(now: number): boolean {
    const elapsed = Math.max(0, now - this.filledAt);
    this.filledAt = now;
    this.tokens = Math.min(this.capacity, this.tokens + (elapsed / this.fillMs) * this.capacity);
    return this.tokens >= 1;
  }

  /** How long until there is one; infinite for a bucket that holds none. */
  waitMs(now: number): number {
    if (this.has(now)) return 0;
    if (this.capacity < 1) return Number.POSITIVE_INFINITY;
    return ((1 - this.tokens) / this.capacity) * this.fillMs;
  }
}
