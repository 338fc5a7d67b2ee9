/** Time as far as waiting for it goes: a test has one that it moves itself. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, after this many milliseconds, unless it is cancelled with what is returned. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest that a timer of Node.js waits; a longer wait would be none at all. */
const LONGEST_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
