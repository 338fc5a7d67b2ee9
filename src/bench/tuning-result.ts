import type { PriceSource } from '../lambda/price-sources.js';
import type { Architecture, Price } from '../lambda/prices.js';
import {
  outputOf,
  type Stat,
  type Strategy,
  statOf,
  type TuningOutput,
  trimmedMean,
} from './power-tuning.js';
import type { SizeResult } from './tune.js';

export interface TuningBasis {
  readonly function: string;
  readonly where: 'local' | 'remote';
  readonly cpu: 'enforced' | 'modelled' | 'aws';
  readonly region: string;
  /** What answered, where that is not AWS. */
  readonly endpoint?: string | undefined;
  readonly architecture: Architecture;
  readonly prices: PriceSource;
  readonly strategy: Strategy;
  readonly balancedWeight: number;
  readonly invocations: number;
  readonly onlyColdStarts: boolean;
  readonly discardTopBottom: number;
  readonly date: string;
}

/** A million requests at one size, in dollars. */
export interface MillionCost {
  readonly memoryMb: number;
  /** Of warm requests alone. */
  readonly duration: number;
  /** What cold starts add, when so many of the requests are cold. */
  readonly coldStarts: number | undefined;
  readonly requests: number;
}

/** Power Tuning's output, and beside it what it leaves out. */
export interface TuningResult extends TuningOutput {
  readonly crablet: TuningBasis & {
    readonly schema: 'crablet.tune/1';
    readonly currentMemoryMb: number;
    readonly coldShare: number;
    readonly recommended: MillionCost;
    /** Undefined when the size of today was not among those measured. */
    readonly current: MillionCost | undefined;
    /** Of a million requests, everything included; negative when the recommended size is dearer. */
    readonly saving: { readonly dollars: number; readonly percent: number } | undefined;
    readonly results: readonly SizeResult[];
  };
}

export function tuningResult(
  results: readonly SizeResult[],
  price: Price,
  basis: TuningBasis,
  currentMemoryMb: number,
  coldShare: number,
): TuningResult {
  const measured = results.filter(({ timings }) => timings.length > 0);
  const stats = measured.map(
    ({ memoryMb, timings }): Stat => statOf(memoryMb, timings, price, basis.discardTopBottom),
  );
  const output = outputOf(stats, basis.strategy, basis.balancedWeight);
  const million = (memoryMb: number): MillionCost | undefined => {
    const found = measured.find((one) => one.memoryMb === memoryMb);
    return found && millionOf(found, price, coldShare, basis.discardTopBottom);
  };
  const recommended = million(output.power)!;
  const current = million(currentMemoryMb);
  const saving = current && savingOf(totalOf(recommended), totalOf(current));
  return {
    ...output,
    crablet: {
      ...basis,
      schema: 'crablet.tune/1',
      currentMemoryMb,
      coldShare,
      recommended,
      current,
      saving,
      results,
    },
  };
}

function millionOf(
  { memoryMb, timings }: SizeResult,
  price: Price,
  coldShare: number,
  discard: number,
): MillionCost {
  const perMs = (memoryMb / 1024) * price.tiers[0]!.perGbSecond * 1e3;
  const cold = timings.filter((one) => one.cold).map(({ billedMs }) => billedMs);
  const warm = timings.filter((one) => !one.cold).map(({ billedMs }) => billedMs);
  const warmMs = warm.length > 0 ? trimmedMean(warm, discard) : trimmedMean(cold, discard);
  const coldMs = cold.length > 0 ? trimmedMean(cold, 0) : undefined;
  return {
    memoryMb,
    duration: warmMs * perMs,
    coldStarts: coldMs === undefined ? undefined : coldShare * Math.max(0, coldMs - warmMs) * perMs,
    requests: price.perRequest * 1e6,
  };
}

export function totalOf({ duration, coldStarts, requests }: MillionCost): number {
  return duration + (coldStarts ?? 0) + requests;
}

function savingOf(recommended: number, current: number) {
  return { dollars: current - recommended, percent: (100 * (current - recommended)) / current };
}
