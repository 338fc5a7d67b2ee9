import type { Variant } from './bench-file.js';
import {
  type Interval,
  overlap,
  quantile,
  quantileInterval,
  ratioInterval,
  sortedCopy,
} from './statistics.js';

const METRICS = ['init', 'first', 'cold', 'warm', 'warm p99', 'cpu', 'memory'] as const;
export type Metric = (typeof METRICS)[number];

interface MetricFacts {
  readonly title: string;
  readonly unit: 'ms' | 'MB';
  readonly quantile: number;
  samples(variant: Variant): readonly number[];
}

export const METRIC_FACTS: Readonly<Record<Metric, MetricFacts>> = {
  init: { title: 'init', unit: 'ms', quantile: 0.5, samples: ({ samples }) => samples.initMs },
  first: { title: 'first invocation', unit: 'ms', quantile: 0.5, samples: ({ samples }) => samples.firstMs },
  cold: {
    title: 'cold start, as a caller waits',
    unit: 'ms',
    quantile: 0.5,
    samples: ({ samples }) => samples.coldMs,
  },
  warm: { title: 'warm, median', unit: 'ms', quantile: 0.5, samples: ({ samples }) => samples.warmMs },
  'warm p99': { title: 'warm, p99', unit: 'ms', quantile: 0.99, samples: ({ samples }) => samples.warmMs },
  cpu: { title: 'CPU per invocation', unit: 'ms', quantile: 0.5, samples: ({ samples }) => samples.cpuMs },
  memory: { title: 'memory', unit: 'MB', quantile: 0.5, samples: (variant) => memoryOf(variant) },
};

/** Of the warm environment, or where there was none, of the cold ones. */
export function memoryOf({ samples }: Variant): readonly number[] {
  return samples.memoryMb.length > 0 ? samples.memoryMb : samples.coldMemoryMb;
}

export type Verdict =
  /** Which of the two is lower, beyond doubt. */
  | 'better'
  | 'worse'
  /** The intervals have values in common: nobody has won. */
  | 'undecided'
  /** One of them has no such samples. */
  | 'unknown';

export interface Comparison {
  readonly metric: Metric;
  readonly ours: number;
  readonly ourInterval: Interval;
  readonly base: number;
  readonly baseInterval: Interval;
  /** ours / base. */
  readonly ratio: number;
  /** Of the two medians; undefined for other quantiles. */
  readonly ratioInterval: Interval | undefined;
  /** Of ours against the base. */
  readonly verdict: Verdict;
}

/** Lower is better in every metric. */
export function compare(ours: Variant, base: Variant, seed: number): Comparison[] {
  return METRICS.map((metric) => {
    const { quantile: q, samples } = METRIC_FACTS[metric];
    const [one, other] = [sortedCopy(samples(ours)), sortedCopy(samples(base))];
    const [value, baseValue] = [quantile(one, q), quantile(other, q)];
    const [interval, baseInterval] = [quantileInterval(one, q), quantileInterval(other, q)];
    return {
      metric,
      ours: value,
      ourInterval: interval,
      base: baseValue,
      baseInterval,
      ratio: value / baseValue,
      ratioInterval: q === 0.5 ? ratioInterval(one, other, seed) : undefined,
      verdict: verdictOf(one.length, other.length, value, baseValue, interval, baseInterval),
    };
  });
}

function verdictOf(
  n: number,
  baseN: number,
  value: number,
  baseValue: number,
  interval: Interval,
  baseInterval: Interval,
): Verdict {
  if (n === 0 || baseN === 0) return 'unknown';
  if (overlap(interval, baseInterval)) return 'undecided';
  return value < baseValue ? 'better' : 'worse';
}

/** Whether nobody has won because there are no intervals to tell by. */
export function tooFew({ verdict, ourInterval, baseInterval }: Comparison): boolean {
  return (
    verdict === 'undecided' &&
    [ourInterval, baseInterval].some(({ low, high }) => low === undefined && high === undefined)
  );
}

/**
 * What has become worse: beyond doubt, and by more than a share that is worth a failed build.
 * @param percent of the base
 */
export function regressions(comparisons: readonly Comparison[], percent: number): Comparison[] {
  return comparisons.filter(({ verdict, ratio }) => verdict === 'worse' && ratio > 1 + percent / 100);
}
