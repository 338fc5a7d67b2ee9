import { billedMs } from '../lambda/log-lines.js';
import type { Variant } from './bench-file.js';

/** What is billed for a request, on the mean; undefined where nothing of the kind was measured. */
export interface BilledUsage {
  readonly warmBilledMs: number | undefined;
  readonly coldBilledMs: number | undefined;
}

/** The mean of billed durations, each of them rounded up as AWS does; a cold one has its init. */
export function usageOf({ samples }: Variant): BilledUsage {
  const cold = samples.firstMs.map((first, at) => billedMs(first, samples.initMs[at] ?? 0));
  return { warmBilledMs: mean(samples.billedMs), coldBilledMs: mean(cold) };
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const exact = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.round(exact * 1000) / 1000;
}
