import type { Functions } from './functions.js';

/** Environments that had no work for a while end, as on AWS, which does not say after how long. */
export function retireIdle(functions: Functions, keepAliveMs: number): NodeJS.Timeout {
  const timer = setInterval(
    () => {
      for (const fn of functions.all) fn.retireIdleSince(performance.now() - keepAliveMs);
    },
    Math.min(keepAliveMs, 30_000),
  );
  timer.unref();
  return timer;
}
