import { createColors } from 'picocolors';
import { type MillionCost, type TuningResult, totalOf } from '../../bench/tuning-result.js';
import { wantsColor } from '../color.js';
import { type CliContext, note, print } from '../context.js';
import { sourceText } from '../priced.js';
import { dollars } from './dollars.js';
import { aligned, ms } from './figures.js';

const BAR = 16;

/** A line for each size with bars, and the recommendation in its parts. */
export function reportTuning(result: TuningResult, context: CliContext): void {
  const { bold, dim } = createColors(wantsColor(context, undefined));
  const { stats, power, crablet, stateMachine } = result;
  const slowest = Math.max(...stats.map(({ averageDuration }) => averageDuration));
  const dearest = Math.max(...stats.map(({ averagePrice }) => averagePrice));
  const rows = stats.map(({ value, averageDuration, averagePrice }) => [
    `${value === power ? '▸' : ' '} ${value} MB`,
    `${ms(averageDuration)} ms`,
    bar(averageDuration / slowest),
    dollars(averagePrice * 1e6),
    bar(averagePrice / dearest),
    `${crablet.results.find(({ memoryMb }) => memoryMb === value)?.maxMemoryMb ?? '–'} MB`,
  ]);
  print(context, `${crablet.function}  ${crablet.architecture}, ${crablet.region}, ${crablet.strategy}`);
  const head = ['  size', 'time', ' '.repeat(BAR), '$ / 1M, duration', ' '.repeat(BAR), 'memory used'];
  for (const [at, line] of aligned([head, ...rows]).entries())
    print(context, stats[at - 1]?.value === power ? bold(line) : line);
  for (const { memoryMb, failures } of crablet.results)
    if (failures.count > 0)
      print(
        context,
        `  ${memoryMb} MB: ${failures.count} failed, in no figure; the first: ${failures.first}`,
      );
  print(context, '');
  print(context, `recommended: ${bold(`memory = ${power}`)}, for a million requests:`);
  for (const line of parts(crablet.recommended, crablet.current, crablet.coldShare))
    print(context, `  ${line}`);
  print(context, `  ${savingText(result)}`);
  print(context, `picture: ${stateMachine.visualization}`);
  const { endpoint } = crablet;
  note(
    context,
    dim(
      endpoint === undefined
        ? CPU[crablet.cpu]
        : `CPU share of each size: as ${endpoint} gives it, which is not AWS`,
    ),
  );
  note(
    context,
    dim(
      `${crablet.invocations} invocations a size${crablet.onlyColdStarts ? ', all cold' : ''}, mean without ${crablet.discardTopBottom * 100} % at both ends; billed milliseconds are rounded up, as AWS does; prices ${sourceText(crablet.prices)}, without the free tier`,
    ),
  );
  if (crablet.where === 'local')
    note(
      context,
      dim('Local times are not those of AWS: check on AWS before a large change (crablet tune --remote).'),
    );
}

const CPU = {
  enforced: 'CPU share of each size: enforced by control groups',
  modelled:
    'CPU share of each size: a model (no control group is made): the longer of the time it took and CPU × 1769 / MB',
  aws: "CPU share of each size: AWS's own",
} as const;

function parts(recommended: MillionCost, current: MillionCost | undefined, coldShare: number): string[] {
  const percent = `${Number((coldShare * 100).toFixed(4))} %`;
  const other = (of: (one: MillionCost) => number | undefined) => {
    const value = current && of(current);
    return current === undefined || current.memoryMb === recommended.memoryMb
      ? []
      : [value === undefined ? '–' : dollars(value)];
  };
  const row = (title: string, of: (one: MillionCost) => number | undefined) => {
    const value = of(recommended);
    return [title, value === undefined ? '–' : dollars(value), ...other(of)];
  };
  const isOther = current !== undefined && current.memoryMb !== recommended.memoryMb;
  return aligned([
    ['', `${recommended.memoryMb} MB`, ...(isOther ? [`today ${current.memoryMb} MB`] : [])],
    row('duration', (one) => one.duration),
    row(`cold starts, ${percent}`, (one) => one.coldStarts),
    row('requests', (one) => one.requests),
    row('together', totalOf),
  ]);
}

function savingText({ power, crablet: { saving, currentMemoryMb } }: TuningResult): string {
  if (power === currentMemoryMb) return `that is what it has today`;
  if (!saving) return `today's ${currentMemoryMb} MB were not measured: add them to --sizes for the saving`;
  const percent = `${Math.abs(saving.percent).toFixed(1)} %`;
  return saving.dollars >= 0
    ? `saves ${dollars(saving.dollars)} of a million requests, ${percent}`
    : `costs ${dollars(-saving.dollars)} more for a million requests, ${percent}`;
}

function bar(share: number): string {
  const filled = Math.max(1, Math.round(share * BAR));
  return '█'.repeat(filled) + ' '.repeat(BAR - filled);
}
