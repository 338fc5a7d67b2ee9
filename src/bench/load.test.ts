import { expect, it, onTestFinished } from 'vitest';
import { runLoad } from './load.js';
import type { Target } from './outcome.js';

const never = new AbortController().signal;
const nothing = Buffer.alloc(0);
const report = { durationMs: 1, billedMs: 1, memoryMb: 128 };

it('sends at its rate while answers are out, and counts a wait from when a request was due', async () => {
  let out = 0;
  const waiting: (() => void)[] = [];
  const target: Target = {
    async invoke() {
      out += 1;
      if (out < 5) await new Promise<void>((resolve) => waiting.push(resolve));
      // The last one is sent although none has been answered.
      else for (const answer of waiting) answer();
      return { kind: 'answered', callerMs: 10, report };
    },
  };
  const load = await runLoad(target, nothing, { rate: 1_000, seconds: 0.005, signal: never });
  expect(load).toMatchObject({ sent: 5, failures: { count: 0 } });
  expect(load.latencyMs).toHaveLength(5);
  for (const latency of load.latencyMs) expect(latency).toBeGreaterThanOrEqual(10);
});

it('ends with what keeps the target from being asked, and leaves no rejection behind', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.removeListener('unhandledRejection', note));
  const target: Target = { invoke: () => Promise.reject(new Error('access denied')) };
  const load = runLoad(target, nothing, { rate: 100, seconds: 0.05, signal: never });
  await expect(load).rejects.toThrow('access denied');
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});

it('ends at once when it is interrupted, however long it is until the next request', async () => {
  const interruption = new AbortController();
  const target: Target = {
    async invoke() {
      interruption.abort();
      return { kind: 'answered', callerMs: 1, report };
    },
  };
  const load = runLoad(target, nothing, { rate: 0.001, seconds: 5_000, signal: interruption.signal });
  await expect(load).rejects.toBe(interruption.signal.reason);
});
