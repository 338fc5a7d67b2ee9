import type { Pace } from '../../src/deploy/wait.js';

/** Who waits moves the time: what takes a deploy minutes is over at once. `during` happens in each wait. */
export function movedPace(during: () => Promise<void> = async () => {}): Pace {
  let now = Date.UTC(2026, 10, 27);
  return {
    now: () => now,
    async pause(ms, signal) {
      signal?.throwIfAborted();
      await during();
      now += ms;
    },
  };
}
