import { setTimeout as after } from 'node:timers/promises';
import type { Pace } from '../deploy/wait.js';

/** The time on the wall, of which clocks that are set anew know nothing. */
export const wallPace: Pace = {
  now: () => performance.timeOrigin + performance.now(),
  async pause(ms, signal) {
    await after(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
};
