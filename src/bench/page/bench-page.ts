import type { Bench, Variant } from '../bench-file.js';
import { type Comparison, METRIC_FACTS, memoryOf, tooFew } from '../compare.js';
import { type Estimate, summarize } from '../statistics.js';
import { escaped, legend, page, section, table } from './html.js';
import { distribution, percentiles, ratios, type Series } from './plots.js';
import { short } from './scale.js';

interface ComparedWith {
  readonly base: Variant;
  readonly interleaved: boolean;
  readonly metrics: readonly Comparison[];
}

/** Everything that a run measured, for people: one HTML page. */
export function benchPage(bench: Bench, comparisons: readonly ComparedWith[]): string {
  const { variants, architecture, where, region, endpoint, date } = bench;
  const [first] = variants;
  const others = comparisons
    .filter(({ interleaved }) => !interleaved)
    .map(({ base }) => ({ ...base, label: `${base.label} (file)` }));
  const all = [...variants, ...others];
  const place =
    where === 'local' ? 'locally' : endpoint === undefined ? `on AWS, ${region ?? ''}` : `on ${endpoint}`;
  const lead = `${escaped(first!.memoryMb)} MB · ${escaped(architecture)} · measured ${escaped(place)} · ${escaped(date.slice(0, 10))}`;
  return page(all.map(({ label }) => label).join(' / '), lead, [
    headline(first!),
    ...plot(
      'Cold starts',
      'What a caller waits for a first answer: environment, init and first invocation. Every dot is one cold start; the line is the median, the band its 95 % interval.',
      all,
      ({ samples }) => samples.coldMs,
      distribution,
    ),
    ...plot(
      'Init',
      'From the start of the process until it asks for its first event.',
      all,
      ({ samples }) => samples.initMs,
      distribution,
    ),
    ...plot(
      'Warm invocations',
      'Duration by percentile, from the middle to the rarest.',
      all,
      ({ samples }) => samples.warmMs,
      percentiles,
    ),
    ...comparisons.map((one) => comparison(first!, one)),
    ...(bench.load ? [loadSection(bench.load)] : []),
    section('All figures', 'Milliseconds. In brackets the interval of 95 %.', figures(all, bench)),
    methodSection(bench),
  ]);
}

function headline(variant: Variant): string {
  const { samples } = variant;
  const memory = summarize(memoryOf(variant));
  const tiles = [
    tile('init, median', samples.initMs, 'ms'),
    tile('first invocation', samples.firstMs, 'ms'),
    tile('warm, median', samples.warmMs, 'ms'),
    tile('CPU per invocation', samples.cpuMs, 'ms'),
    memory
      ? `<div class="tile"><b>${short(memory.max)} MB</b><span>memory, at most</span><small>of ${variant.memoryMb} MB</small></div>`
      : '',
  ];
  return section(variant.label, '', `<div class="tiles">${tiles.join('')}</div>`);
}

function tile(name: string, list: readonly number[], unit: string): string {
  const summary = summarize(list);
  if (!summary) return '';
  return `<div class="tile"><b>${short(summary.median.value)} ${unit}</b><span>${escaped(name)}</span><small>${bracket(summary.median)}, n ${summary.n}</small></div>`;
}

function plot(
  title: string,
  note: string,
  variants: readonly Variant[],
  samplesOf: (variant: Variant) => readonly number[],
  draw: (series: readonly Series[], unit: string) => string,
): string[] {
  const series = variants.map((variant) => ({ name: variant.label, samples: samplesOf(variant) }));
  if (series.every(({ samples }) => samples.length === 0)) return [];
  return [section(title, note, legend(series.map(({ name }) => name)) + draw(series, 'ms'))];
}

function comparison({ label }: Variant, { base, interleaved, metrics }: ComparedWith): string {
  const known = metrics.filter(({ verdict, ratio }) => verdict !== 'unknown' && Number.isFinite(ratio));
  const rows = known.map((one) => {
    const { metric, ratio, ratioInterval, verdict } = one;
    return {
      name: METRIC_FACTS[metric].title,
      ratio,
      low: ratioInterval?.low,
      high: ratioInterval?.high,
      note:
        verdict === 'better'
          ? 'lower'
          : verdict === 'worse'
            ? 'higher'
            : tooFew(one)
              ? 'too few samples'
              : 'no winner',
      tone: verdict === 'better' || verdict === 'worse' ? verdict : ('' as const),
    };
  });
  const note = `Each figure of ${escaped(label)} as a multiple of that of ${escaped(base.label)}; left of the dashed line is less. Where the intervals of the two overlap, nobody has won.${interleaved ? '' : ' The other one is from a file: it was measured at another time.'}`;
  return section(`${label} against ${base.label}`, note, ratios(rows));
}

function loadSection(load: NonNullable<Bench['load']>): string {
  const { rate, seconds, sent, achievedRate, coldStarts, environments, latencyMs, failures, latestMs } = load;
  const note = `${short(rate)} requests a second for ${short(seconds)} s, sent whether answers came or not; time counts from when a request was due. ${sent} sent, ${short(achievedRate)} a second answered, ${coldStarts} cold, ${environments} environments, ${failures.count} failed; the generator itself was late by ${short(latestMs)} ms at most.`;
  return section('Under load', note, percentiles([{ name: 'latency', samples: latencyMs }], 'ms'));
}

function figures(variants: readonly Variant[], { floor }: Bench): string {
  const rows = variants.flatMap(({ label, samples }) => [
    row(`${label}: init`, samples.initMs),
    row(`${label}: first invocation`, samples.firstMs),
    row(`${label}: cold start, caller`, samples.coldMs),
    row(`${label}: warm`, samples.warmMs),
    row(`${label}: CPU, warm`, samples.cpuMs),
  ]);
  const floors = floor
    ? [row('floor: cold start, caller', floor.coldMs), row('floor: warm', floor.warmMs)]
    : [];
  return table(
    ['', 'n', 'min', 'median', 'p90', 'p99', 'max', 'mean'],
    [...rows, ...floors].filter((cells) => cells.length > 0),
  );
}

function row(title: string, list: readonly number[]): string[] {
  const summary = summarize(list);
  if (!summary) return [];
  const { n, min, median, p90, p99, max, mean } = summary;
  const estimate = (one: Estimate) => `${short(one.value)} <small>${bracket(one)}</small>`;
  return [
    escaped(title),
    String(n),
    short(min),
    estimate(median),
    short(p90.value),
    n < 100 ? '–' : estimate(p99),
    short(max),
    short(mean),
  ];
}

function bracket({ interval: { low, high } }: Estimate): string {
  if (low === undefined && high === undefined) return 'too few to tell';
  return `[${low === undefined ? '?' : short(low)}, ${high === undefined ? '?' : short(high)}]`;
}

const CPU: Record<Bench['method']['cpu'], string> = {
  enforced: 'the share of the memory size, enforced by control groups',
  modelled: 'the share of the memory size, as a model: the longer of the time it took and CPU × 1769 / MB',
  full: 'all there is, whatever the memory size',
  aws: "AWS's own",
};

function methodSection({ method, machine, variants, version, date, where, endpoint }: Bench): string {
  const facts: [string, string][] = [
    ...method.notes.map((note, at): [string, string] => [at === 0 ? 'method' : '', note]),
    [
      'amounts',
      `${method.cold} cold, ${method.warm} warm after ${method.warmUp} that do not count, seed ${method.seed}`,
    ],
    ['processor', endpoint === undefined ? CPU[method.cpu] : `as ${endpoint} gives it, which is not AWS`],
    ...(where === 'local' ? [['isolation', method.isolation] as [string, string]] : []),
    ...(machine
      ? ([
          [
            'machine',
            `${machine.processors} × ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}, governor ${machine.governor ?? 'not told'}, Node.js ${machine.node}`,
          ],
          ['load', `${machine.loadBefore} before, ${machine.loadAfter} after`],
        ] as [string, string][])
      : []),
    ...variants.map(({ label, program }): [string, string] => [
      label,
      `${program.origin}, ${program.bytes ?? '?'} bytes, sha256 ${program.sha256 ?? '?'}`,
    ]),
    ['made by', `crablet ${version}, ${date}`],
  ];
  const claim =
    where === 'local'
      ? 'Local milliseconds are not those of AWS. They compare programs that were measured by turns on one machine.'
      : '';
  return section(
    'How it was measured',
    claim,
    `<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`,
  );
}
