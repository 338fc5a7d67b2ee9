/** How long the first start of a burst waits at most for the rest of it, in milliseconds. */
const PATIENCE_MS = 50;

/**
 * Where processes wait to be started, one at a time. A start takes some milliseconds in which nothing else is done:
 * were the first of a burst started at once, the other requests would be read only after it had become idle again,
 * and fewer environments than requests would be started.
 */
export class StartLine {
  private asked = 0;
  private last: Promise<void> = Promise.resolve();

  /** Resolves when the next process may be started. */
  turn(): Promise<void> {
    this.asked += 1;
    this.last = this.last.then(() => this.burstToEnd());
    return this.last;
  }

  private async burstToEnd(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    let seen: number;
    do {
      seen = this.asked;
      await twoTurns();
    } while (this.asked !== seen && performance.now() < until);
  }
}

/** In one turn of the event loop a connection is accepted, in the next its request is read. */
function twoTurns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
