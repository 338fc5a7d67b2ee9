import { setTimeout as after } from 'node:timers/promises';
import { arrivals } from './arrivals.js';
import type { LoadResult } from './bench-file.js';
import type { Target } from './outcome.js';

export interface LoadPlan {
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Invokes at a fixed rate, and does not wait for answers before it goes on. A request's time runs from when it was due,
 * not from when it could be sent: what waits behind something slow is not left out ("coordinated omission").
 */
export async function runLoad(
  target: Target,
  payload: Buffer,
  { rate, seconds, signal }: LoadPlan,
): Promise<Omit<LoadResult, 'environments'>> {
  const due = arrivals(rate, seconds);
  const latencyMs: number[] = [];
  const failures: { count: number; first?: string } = { count: 0 };
  const running: Promise<void>[] = [];
  let coldStarts = 0;
  let latestMs = 0;
  let broken: { readonly error: unknown } | undefined;
  const startedAt = performance.now();
  const send = async (at: number): Promise<void> => {
    // A timer may end a fraction of a millisecond before its time: that does not make an answer quicker.
    const lateMs = Math.max(0, performance.now() - startedAt - at);
    latestMs = Math.max(latestMs, lateMs);
    const outcome = await target.invoke(payload);
    if (outcome.kind === 'failed') {
      failures.count += 1;
      failures.first ??= outcome.what;
      return;
    }
    latencyMs.push(lateMs + outcome.callerMs);
    if (outcome.report.initMs !== undefined) coldStarts += 1;
  };
  for (const at of due) {
    const waitMs = at - (performance.now() - startedAt);
    if (waitMs > 0) await after(waitMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    if (broken) throw broken.error;
    running.push(
      send(at).catch((error: unknown) => {
        // Nobody waits for it yet.
        broken ??= { error };
      }),
    );
  }
  await Promise.all(running);
  signal.throwIfAborted();
  if (broken) throw broken.error;
  const tookMs = performance.now() - startedAt;
  return {
    rate,
    seconds,
    sent: due.length,
    achievedRate: (latencyMs.length * 1000) / tookMs,
    latencyMs,
    coldStarts,
    latestMs,
    failures,
  };
}
