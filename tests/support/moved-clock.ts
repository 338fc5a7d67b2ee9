import type { Clock } from '../../src/local/clock.js';

/** A clock that stands still until a test moves it. */
export interface MovedClock extends Clock {
  /** Moves on; what was waited for meanwhile is called back, in order and at its time. */
  move(milliseconds: number): void;
  /** When the next callback is due, in milliseconds from now; undefined when nobody waits. */
  readonly next: number | undefined;
}

export function movedClock(start = Date.UTC(2026, 0, 1)): MovedClock {
  let now = start;
  const waits = new Set<{ readonly at: number; readonly callback: () => void }>();
  const earliest = () => [...waits].sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    after(milliseconds, callback) {
      const wait = { at: now + milliseconds, callback };
      waits.add(wait);
      return () => waits.delete(wait);
    },
    move(milliseconds) {
      const end = now + milliseconds;
      for (let wait = earliest(); wait && wait.at <= end; wait = earliest()) {
        waits.delete(wait);
        now = Math.max(now, wait.at);
        wait.callback();
      }
      now = end;
    },
    get next() {
      const wait = earliest();
      return wait && wait.at - now;
    },
  };
}
