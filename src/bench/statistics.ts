import { randomFrom } from './random.js';

/** Where a figure may lie; an end that so few samples cannot tell is undefined. */
export interface Interval {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface Estimate {
  readonly value: number;
  /** With a confidence of 95 %. */
  readonly interval: Interval;
}

/** What is told of a list of samples, all of which are kept. */
export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly median: Estimate;
  readonly p90: Estimate;
  readonly p99: Estimate;
  readonly max: number;
  readonly mean: number;
}

const CONFIDENCE = 0.95;

/** Undefined without a sample. */
export function summarize(samples: readonly number[]): Summary | undefined {
  if (samples.length === 0) return undefined;
  const sorted = sortedCopy(samples);
  const estimate = (q: number): Estimate => ({
    value: quantile(sorted, q),
    interval: quantileInterval(sorted, q),
  });
  return {
    n: sorted.length,
    min: sorted[0]!,
    median: estimate(0.5),
    p90: estimate(0.9),
    p99: estimate(0.99),
    max: sorted.at(-1)!,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
  };
}

export function sortedCopy(samples: readonly number[]): number[] {
  return [...samples].sort((a, b) => a - b);
}

/**
 * The quantile of samples in ascending order, between two of them where it falls there (R's and NumPy's default,
 * Hyndman and Fan's definition 7).
 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * The interval of a quantile whatever the samples' distribution: how many of n samples lie below the true quantile is
 * binomial, so two of the samples in order enclose it (Conover, Practical Nonparametric Statistics, 3.2).
 */
export function quantileInterval(sorted: readonly number[], q: number, confidence = CONFIDENCE): Interval {
  const tail = (1 - confidence) / 2;
  const [low, high] = binomialRanks(sorted.length, q, tail);
  return {
    low: low < 1 ? undefined : sorted[low - 1],
    high: high > sorted.length ? undefined : sorted[high - 1],
  };
}

/**
 * Ranks (from 1) of the two samples: the highest `low` with P(B < low) ≤ tail, the lowest `high` with
 * P(B ≥ high) ≤ tail, for B binomial. 0 or n + 1 when no sample is far enough out.
 */
function binomialRanks(n: number, q: number, tail: number): [low: number, high: number] {
  let low = 0;
  let high = n + 1;
  let below = 0;
  for (let k = 0; k <= n; k += 1) {
    below += Math.exp(logBinomial(n, k) + k * Math.log(q) + (n - k) * Math.log1p(-q));
    if (below <= tail) low = k + 1;
    // The sum is inexact by some 1e-12 where n is large; no tail is as small as that.
    if (below >= 1 - tail) {
      high = k + 1;
      break;
    }
  }
  return [low, high];
}

function logBinomial(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const LOG_FACTORIALS = [0, 0];

function logFactorial(n: number): number {
  for (let next = LOG_FACTORIALS.length; next <= n; next += 1)
    LOG_FACTORIALS.push(LOG_FACTORIALS[next - 1]! + Math.log(next));
  return LOG_FACTORIALS[n]!;
}

const RESAMPLES = 2_000;

/** The interval of median(a) / median(b), by drawing from both again and again (bootstrap, percentile method). */
export function ratioInterval(a: readonly number[], b: readonly number[], seed: number): Interval {
  if (a.length < 2 || b.length < 2) return { low: undefined, high: undefined };
  const random = randomFrom(seed);
  const [one, other] = [sortedCopy(a), sortedCopy(b)];
  const ratios = new Float64Array(RESAMPLES);
  for (let at = 0; at < RESAMPLES; at += 1)
    ratios[at] = drawnMedian(one, random) / drawnMedian(other, random);
  ratios.sort();
  const sorted = [...ratios];
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** The median of n draws with replacement: counting how often each rank was drawn spares sorting the draws. */
function drawnMedian(sorted: readonly number[], random: () => number): number {
  const n = sorted.length;
  const drawn = new Uint32Array(n);
  for (let at = 0; at < n; at += 1) drawn[Math.floor(random() * n)]! += 1;
  const valueAt = (rank: number): number => {
    let seen = 0;
    for (let at = 0; at < n; at += 1) {
      seen += drawn[at]!;
      if (seen > rank) return sorted[at]!;
    }
    return sorted[n - 1]!;
  };
  return (valueAt(Math.floor((n - 1) / 2)) + valueAt(Math.ceil((n - 1) / 2))) / 2;
}

/** Whether two intervals have a value in common; an open end reaches everywhere. */
export function overlap(a: Interval, b: Interval): boolean {
  const above = (low: number | undefined, high: number | undefined) =>
    low !== undefined && high !== undefined && low > high;
  return !above(a.low, b.high) && !above(b.low, a.high);
}
