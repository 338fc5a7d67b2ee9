import { createColors } from 'picocolors';
import type { Bench, LoadResult, Variant } from '../../bench/bench-file.js';
import { type Comparison, METRIC_FACTS, memoryOf, tooFew, type Verdict } from '../../bench/compare.js';
import { sortedCopy, summarize } from '../../bench/statistics.js';
import { wantsColor } from '../color.js';
import { type CliContext, note, print } from '../context.js';
import { aligned, estimateText, intervalText, mb, ms, sparkline } from './figures.js';
import { sizeText } from './size-text.js';

export interface ComparedWith {
  readonly base: Variant;
  /** Measured by turns in the same run; what comes from a file was measured at another time. */
  readonly interleaved: boolean;
  readonly metrics: readonly Comparison[];
}

export interface Regressed {
  readonly base: string;
  readonly metrics: readonly string[];
}

/** Tables for a person, on stdout; how it was measured and what to think of it, on stderr. */
export function reportBench(
  bench: Bench,
  comparisons: readonly ComparedWith[],
  regressed: readonly Regressed[],
  threshold: number,
  context: CliContext,
): void {
  const color = createColors(wantsColor(context, undefined));
  for (const variant of bench.variants) printVariant(variant, bench, context);
  if (bench.load) printLoad(bench.load, context);
  for (const { base, interleaved, metrics } of comparisons) {
    print(context, '');
    print(context, `${bench.variants[0]!.label} against ${base.label}${interleaved ? '' : ' (from a file)'}`);
    for (const line of aligned(metrics.map(comparisonRow))) print(context, `  ${line}`);
    if (!interleaved)
      note(context, color.dim('A file was measured at another time: both may differ for that reason alone.'));
  }
  for (const { base, metrics } of regressed)
    if (metrics.length > 0)
      note(context, color.red(`worse than ${base} by more than ${threshold} %: ${metrics.join(', ')}`));
  for (const line of remarks(bench)) note(context, color.dim(line));
}

function printVariant(variant: Variant, bench: Bench, context: CliContext): void {
  const { label, memoryMb, program, failures, unexpectedColds, samples } = variant;
  const size = program.bytes === undefined ? '' : `, ${sizeText(program.bytes)}`;
  print(context, `${label}  ${memoryMb} MB, ${bench.architecture}${size}`);
  const rows = [
    ['', 'n', 'median [95 %]', 'p90', 'p99 [95 %]', 'max', ''],
    row('init', samples.initMs),
    row('first invocation', samples.firstMs),
    row('cold start, caller', samples.coldMs),
    row('warm invocation', samples.warmMs),
    row('CPU, warm', samples.cpuMs),
    ...(bench.floor
      ? [row('floor: cold, caller', bench.floor.coldMs), row('floor: warm', bench.floor.warmMs)]
      : []),
  ].filter((cells) => cells.length > 0);
  for (const line of aligned(rows)) print(context, `  ${line}`);
  const memory = summarize(memoryOf(variant));
  if (memory) print(context, `  memory ${mb(memory.max)} MB at most, of ${memoryMb}`);
  if (unexpectedColds > 0)
    print(context, `  ${unexpectedColds} warm invocations met a new environment: in no figure`);
  if (failures.count > 0)
    print(context, `  ${failures.count} invocations failed, in no figure; the first: ${failures.first}`);
}

function row(title: string, samples: readonly number[]): string[] {
  const summary = summarize(samples);
  if (!summary) return [];
  const { n, median, p90, p99, max } = summary;
  return [
    title,
    String(n),
    estimateText(median),
    ms(p90.value),
    // Below 100 samples the 99th percentile is the highest or the one before.
    n < 100 ? '–' : estimateText(p99),
    `${ms(max)} ms`,
    sparkline(sortedCopy(samples)),
  ];
}

function printLoad(load: LoadResult, context: CliContext): void {
  const summary = summarize(load.latencyMs);
  print(context, '');
  print(context, `load: ${load.rate}/s for ${load.seconds} s, ${load.sent} sent`);
  print(
    context,
    `  ${load.achievedRate.toFixed(1)}/s answered, ${load.coldStarts} cold, ${load.environments} environments`,
  );
  if (summary) {
    const { median, p90, p99, max } = summary;
    const cells = [
      'from due to answered',
      estimateText(median),
      ms(p90.value),
      estimateText(p99),
      `${ms(max)} ms`,
    ];
    for (const line of aligned([['', 'median [95 %]', 'p90', 'p99 [95 %]', 'max'], cells]))
      print(context, `  ${line}`);
  }
  print(context, `  the generator itself was late by ${ms(load.latestMs)} ms at most`);
  if (load.failures.count > 0)
    print(context, `  ${load.failures.count} failed, in no figure; the first: ${load.failures.first}`);
}

const VERDICTS: Record<Verdict, string> = {
  better: 'lower',
  worse: 'higher',
  undecided: 'no winner: the intervals overlap',
  unknown: 'not measured in both',
};

function comparisonRow(comparison: Comparison): string[] {
  const { metric, ours, ourInterval, base, baseInterval, ratio, ratioInterval, verdict } = comparison;
  const { title, unit } = METRIC_FACTS[metric];
  const format = unit === 'MB' ? mb : ms;
  const times = (value: number) => `${value.toFixed(2)}×`;
  const span = ratioInterval ? ` ${intervalText(ratioInterval, times)}` : '';
  return [
    title,
    `${format(ours)} ${intervalText(ourInterval, format)}`,
    `${format(base)} ${intervalText(baseInterval, format)}`,
    Number.isFinite(ratio) ? times(ratio) + span : '–',
    tooFew(comparison) ? 'no winner: too few samples' : VERDICTS[verdict],
  ];
}

const CPU_REMARKS: Record<Bench['method']['cpu'], string> = {
  enforced: 'CPU share of the memory size: enforced by control groups; init has all there is, as on AWS',
  modelled:
    'CPU share of the memory size: a model (no control group is made); warm is max(wall, CPU × 1769 / MB)',
  full: 'CPU: all there is, whatever the memory size (--cpu full)',
  aws: "CPU: AWS's own",
};

/** Where a function was measured that is not here. */
export function placeOf(endpoint: string | undefined, region = 'AWS'): string {
  return endpoint === undefined ? region : `${endpoint}, which is not AWS`;
}

function remarks({ where, machine, method, region, endpoint, date }: Bench): string[] {
  const { cpu, seed, warmUp, isolation } = method;
  return [
    endpoint === undefined ? CPU_REMARKS[cpu] : `CPU: as ${endpoint} gives it`,
    ...(where === 'local' ? [isolation] : [`REPORT lines of ${placeOf(endpoint, region)}`]),
    ...(machine
      ? [
          `${machine.processors} × ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}; load ${machine.loadBefore} before, ${machine.loadAfter} after`,
        ]
      : []),
    `milliseconds; variants by turns, seed ${seed}, ${warmUp} warm-up invocations not counted, all samples kept; ${date}`,
    ...(where === 'local' ? ['Local figures compare programs; they are no forecast for AWS.'] : []),
  ];
}
