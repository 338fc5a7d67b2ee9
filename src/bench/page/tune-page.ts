import { type TuningResult, totalOf } from '../tuning-result.js';
import { escaped, page, section, table } from './html.js';
import { curve } from './plots.js';
import { money, short } from './scale.js';

/** Memory against time and cost, and what is recommended: one HTML page. */
export function tunePage(result: TuningResult): string {
  const { stats, power, crablet } = result;
  const { architecture, region, where, endpoint, strategy, date } = crablet;
  const lead = `${escaped(architecture)} · ${escaped(region)} · strategy ${escaped(strategy)} · measured ${where === 'local' ? 'locally' : `on ${escaped(endpoint ?? 'AWS')}`} · ${escaped(date.slice(0, 10))}`;
  const points = (of: (stat: (typeof stats)[number]) => number) =>
    stats.map((stat) => [String(stat.value), of(stat)] as const);
  return page(`${crablet.function}: memory size`, lead, [
    recommendation(result),
    section(
      'Time',
      'Mean duration of an invocation, without the fastest and the slowest.',
      curve(
        points(({ averageDuration }) => averageDuration),
        {
          unit: 'ms',
          color: 1,
          picked: String(power),
          text: (value) => `${short(value)} ms`,
        },
      ),
    ),
    section(
      'Cost',
      'Dollars for the duration of a million invocations, without the charge for requests.',
      curve(
        points(({ averagePrice }) => averagePrice * 1e6),
        {
          unit: '$',
          color: 0,
          picked: String(power),
          text: (value) => money(value),
        },
      ),
    ),
    section('All figures', '', figures(result)),
    section('How it was measured', '', method(result)),
  ]);
}

function recommendation({
  power,
  crablet: { recommended, current, saving, coldShare },
}: TuningResult): string {
  const tile = (value: string, name: string) =>
    `<div class="tile"><b>${value}</b><span>${escaped(name)}</span></div>`;
  const tiles = [
    tile(`${power} MB`, 'recommended'),
    tile(money(recommended.duration), 'duration, a million'),
    tile(
      recommended.coldStarts === undefined ? '–' : money(recommended.coldStarts),
      `cold starts, at ${short(coldShare * 100)} %`,
    ),
    tile(money(recommended.requests), 'requests, a million'),
    tile(money(totalOf(recommended)), 'together'),
    ...(saving && current && current.memoryMb !== power
      ? [
          tile(
            `${saving.dollars >= 0 ? '−' : '+'}${short(Math.abs(saving.percent))} %`,
            `against ${current.memoryMb} MB`,
          ),
        ]
      : []),
  ];
  return section('Recommended', '', `<div class="tiles">${tiles.join('')}</div>`);
}

function figures({ stats, crablet: { results } }: TuningResult): string {
  const rows = results.map(({ memoryMb, timings, maxMemoryMb, failures }) => {
    const stat = stats.find(({ value }) => value === memoryMb);
    return [
      `${memoryMb} MB`,
      String(timings.length),
      stat ? `${short(stat.averageDuration)} ms` : '–',
      stat ? money(stat.averagePrice * 1e6) : '–',
      maxMemoryMb === undefined ? '–' : `${maxMemoryMb} MB`,
      String(timings.filter(({ cold }) => cold).length),
      String(failures.count),
    ];
  });
  return table(['', 'n', 'time', '$ / 1M', 'memory used', 'cold', 'failed'], rows);
}

const CPU = {
  enforced: 'the share of each size, enforced by control groups',
  modelled: 'the share of each size, as a model: the longer of the time it took and CPU × 1769 / MB',
  aws: "AWS's own",
} as const;

function method({ crablet }: TuningResult): string {
  const { invocations, onlyColdStarts, discardTopBottom, cpu, prices, where, endpoint, date } = crablet;
  const facts = [
    ['method', "AWS Lambda Power Tuning's, with exact prices"],
    [
      'amounts',
      `${invocations} invocations of each size${onlyColdStarts ? ', all of them cold' : ''}; ${discardTopBottom * 100} % at both ends do not count`,
    ],
    ['processor', endpoint === undefined ? CPU[cpu] : `as ${endpoint} gives it, which is not AWS`],
    [
      'prices',
      `${prices.asOf === undefined ? 'without a date' : `of ${prices.asOf}`}: ${prices.name}; without the free tier`,
    ],
    ...(where === 'local'
      ? [['honesty', 'Local times are not those of AWS: check there before a large change.']]
      : []),
    ['made', date],
  ];
  return `<dl>${facts.map(([name = '', value = '']) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}
