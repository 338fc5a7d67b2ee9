import { invocationDollars } from '../lambda/cost.js';
import type { Price } from '../lambda/prices.js';

// AWS Lambda Power Tuning's method and output (alexcasalboni/aws-lambda-power-tuning 4.4, lambda/executor.js, analyzer.js,
// utils.js), with exact prices: its own are rounded up, by 0.8 % on x86_64 and 2 % on arm64.

export const STRATEGIES = ['cost', 'speed', 'balanced'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What Power Tuning tries unless told otherwise. */
export const DEFAULT_SIZES: readonly number[] = [128, 256, 512, 1024, 1536, 3008];

/** Milliseconds of one invocation. */
export interface Timing {
  /** Duration and init together. */
  readonly durationMs: number;
  readonly billedMs: number;
  readonly cold: boolean;
}

/** As Power Tuning calls them. */
export interface Stat {
  readonly value: number;
  readonly averagePrice: number;
  readonly averageDuration: number;
  readonly totalCost: number;
}

export interface TuningOutput {
  readonly power: number;
  readonly cost: number;
  readonly duration: number;
  readonly stateMachine: {
    /** No state machine runs, so it costs nothing. */
    readonly executionCost: number;
    readonly lambdaCost: number;
    readonly visualization: string;
  };
  readonly stats: readonly Stat[];
}

/**
 * The mean without so many of the lowest and of the highest, as a share of all.
 * @param share 0 to 0.4
 */
export function trimmedMean(values: readonly number[], share: number): number {
  const drop = Math.floor(values.length * share);
  const kept = [...values].sort((a, b) => a - b).slice(drop, values.length - drop);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

export function statOf(memoryMb: number, timings: readonly Timing[], price: Price, discard: number): Stat {
  const billed = timings.map(({ billedMs }) => billedMs);
  return {
    value: memoryMb,
    averagePrice: invocationDollars(trimmedMean(billed, discard), memoryMb, price),
    averageDuration: trimmedMean(
      timings.map(({ durationMs }) => durationMs),
      discard,
    ),
    totalCost: billed.reduce((sum, ms) => sum + invocationDollars(ms, memoryMb, price), 0),
  };
}

/** The size that the strategy takes; of two alike the faster, or with `speed` the cheaper. */
export function choose(stats: readonly Stat[], strategy: Strategy, balancedWeight: number): Stat {
  const [first] = [...stats].sort(orderOf(stats, strategy, balancedWeight));
  return first!;
}

function orderOf(stats: readonly Stat[], strategy: Strategy, weight: number): (a: Stat, b: Stat) => number {
  const byCost = (a: Stat, b: Stat) => a.averagePrice - b.averagePrice;
  const bySpeed = (a: Stat, b: Stat) => a.averageDuration - b.averageDuration;
  switch (strategy) {
    case 'cost':
      return (a, b) => byCost(a, b) || bySpeed(a, b);
    case 'speed':
      return (a, b) => bySpeed(a, b) || byCost(a, b);
    case 'balanced': {
      const dearest = Math.max(...stats.map((one) => one.averagePrice));
      const slowest = Math.max(...stats.map((one) => one.averageDuration));
      const value = (one: Stat) =>
        (weight * one.averagePrice) / dearest + ((1 - weight) * one.averageDuration) / slowest;
      return (a, b) => value(a) - value(b);
    }
  }
}

export function outputOf(stats: readonly Stat[], strategy: Strategy, weight: number): TuningOutput {
  const { value, averagePrice, averageDuration } = choose(stats, strategy, weight);
  return {
    power: value,
    cost: averagePrice,
    duration: averageDuration,
    stateMachine: {
      executionCost: 0,
      lambdaCost: stats.reduce((sum, { totalCost }) => sum + totalCost, 0),
      visualization: visualizationUrl(stats),
    },
    stats,
  };
}

/** The page of Power Tuning's author: what it draws is behind the #, which browsers do not send. */
export function visualizationUrl(stats: readonly Stat[]): string {
  const sorted = [...stats].sort((a, b) => a.value - b.value);
  const base64 = (array: Int16Array | Float32Array) => Buffer.from(array.buffer).toString('base64');
  const sizes = base64(Int16Array.from(sorted, ({ value }) => value));
  const times = base64(Float32Array.from(sorted, ({ averageDuration }) => averageDuration));
  const costs = base64(Float32Array.from(sorted, ({ averagePrice }) => averagePrice));
  return `https://lambda-power-tuning.show/#${sizes};${times};${costs}`;
}

export interface WeightedPayload {
  readonly payload: Buffer;
  readonly weight: number;
}

/**
 * A payload for each invocation, by weights: each gets its part rounded down, the last what is left.
 * @returns undefined when one of them would get none
 */
export function payloadsFor(count: number, weighted: readonly WeightedPayload[]): Buffer[] | undefined {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const payloads: Buffer[] = [];
  for (const [at, { payload, weight }] of weighted.entries()) {
    const last = at === weighted.length - 1;
    const times = last ? count - payloads.length : Math.floor((weight * count) / total);
    if (times < 1) return undefined;
    payloads.push(...Array<Buffer>(times).fill(payload));
  }
  return payloads;
}
