import { quantile, quantileInterval, sortedCopy } from '../statistics.js';
import { escaped, SERIES } from './html.js';
import { linear, money, type Scale, short } from './scale.js';

/** A list of samples with its name; its place among all of them is its color. */
export interface Series {
  readonly name: string;
  readonly samples: readonly number[];
}

const WIDTH = 860;
const LEFT = 130;
const RIGHT = 28;
const DOT = 3.2;

const seriesClass = (at: number) => `s${at % SERIES}`;
/** What there is room for left of a plot; the legend has all of it. */
const clipped = (name: string) => (name.length > 19 ? `${name.slice(0, 18)}…` : name);
const fixed = (value: number) => value.toFixed(1);

/**
 * Every sample as a dot, a row for each series, stacked where they are many at one place; the median as a line, and
 * its interval as a band behind it.
 */
export function distribution(series: readonly Series[], unit: string): string {
  const shown = series.map(({ name, samples }) => ({ name, sorted: sortedCopy(samples) }));
  const all = shown.flatMap(({ sorted }) => sorted);
  const most = Math.max(...all, 0);
  const x = linear([0, most * 1.04 || 1], [LEFT, WIDTH - RIGHT]);
  const row = 74;
  const height = shown.length * row + 34;
  const rows = shown.map(({ name, sorted }, at) => {
    const middle = at * row + row / 2 + 6;
    if (sorted.length === 0) return '';
    const median = quantile(sorted, 0.5);
    const { low = sorted[0]!, high = sorted.at(-1)! } = quantileInterval(sorted, 0.5);
    const color = seriesClass(at);
    return `<g class="${color}">
<text class="name" x="0" y="${fixed(middle - 2)}"><title>${escaped(name)}</title>${escaped(clipped(name))}</text><text x="0" y="${fixed(middle + 15)}">${short(median)} ${unit}</text>
<line class="span" x1="${fixed(x(low))}" x2="${fixed(x(high))}" y1="${middle}" y2="${middle}"/>
${dots(sorted, x, middle, row)
  .map(
    ([cx, cy, value]) =>
      `<circle class="dot ${color}" cx="${fixed(cx)}" cy="${fixed(cy)}" r="${DOT}"><title>${short(value)} ${unit}</title></circle>`,
  )
  .join('')}
<line class="median" x1="${fixed(x(median))}" x2="${fixed(x(median))}" y1="${middle - 22}" y2="${middle + 22}"/></g>`;
  });
  return svg(height, [verticalGrid(x, height - 26, unit), ...rows], `Distribution: ${names(shown)}`);
}

/** Places of dots that do not lie upon each other, as long as the row is high enough. */
function dots(sorted: readonly number[], x: Scale, middle: number, row: number): [number, number, number][] {
  const stacks = new Map<number, number>();
  const step = DOT * 1.7;
  return sorted.map((value) => {
    const column = Math.round(x(value) / (DOT * 2));
    const level = stacks.get(column) ?? 0;
    stacks.set(column, level + 1);
    const offset = Math.ceil(level / 2) * step * (level % 2 === 0 ? 1 : -1);
    const limit = row / 2 - 8;
    return [column * DOT * 2, middle + Math.max(-limit, Math.min(limit, offset)), value];
  });
}

const PERCENTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;

/** Latency by percentile: the further to the right, the rarer. Drawn as far as there are samples for it. */
export function percentiles(series: readonly Series[], unit: string): string {
  const height = 300;
  const bottom = height - 30;
  const place = (q: number) => -Math.log10(1 - q);
  const shown = series.map(({ name, samples }) => ({ name, sorted: sortedCopy(samples) }));
  const reach = (n: number) => Math.max(0.5, 1 - 1 / Math.max(2, n));
  const furthest = Math.min(0.999, Math.max(...shown.map(({ sorted }) => reach(sorted.length))));
  const x = linear([place(0.5), place(furthest)], [LEFT, WIDTH - RIGHT]);
  const most = Math.max(
    ...shown.map(({ sorted }) =>
      sorted.length === 0 ? 0 : quantile(sorted, Math.min(furthest, reach(sorted.length))),
    ),
  );
  const y = linear([0, most * 1.08 || 1], [bottom, 12]);
  const lines = shown.map(({ name, sorted }, at) => {
    if (sorted.length === 0) return '';
    const end = Math.min(furthest, reach(sorted.length));
    const steps = 80;
    const path = Array.from({ length: steps + 1 }, (_, step) => {
      const q = 1 - 10 ** -(place(0.5) + ((place(end) - place(0.5)) * step) / steps);
      return `${fixed(x(place(q)))},${fixed(y(quantile(sorted, q)))}`;
    });
    const marks = PERCENTILES.filter((q) => q <= end).map(
      (q) =>
        `<circle class="${seriesClass(at)}" cx="${fixed(x(place(q)))}" cy="${fixed(y(quantile(sorted, q)))}" r="4"><title>${escaped(name)}, p${q * 100}: ${short(quantile(sorted, q))} ${unit}</title></circle>`,
    );
    return `<g class="${seriesClass(at)}"><polyline class="line" points="${path.join(' ')}"/>${marks.join('')}</g>`;
  });
  const columns = PERCENTILES.filter((q) => q <= furthest).map(
    (q) =>
      `<line class="grid" x1="${fixed(x(place(q)))}" x2="${fixed(x(place(q)))}" y1="12" y2="${bottom}"/><text x="${fixed(x(place(q)))}" y="${bottom + 20}" text-anchor="middle">p${Number((q * 100).toFixed(1))}</text>`,
  );
  return svg(height, [horizontalGrid(y, unit), ...columns, ...lines], `Percentiles: ${names(shown)}`);
}

/** One value for each place of the horizontal axis, as points joined by lines. */
export function curve(
  points: readonly (readonly [name: string, value: number])[],
  {
    unit,
    color,
    picked,
    text,
  }: { unit: string; color: number; picked: string; text: (value: number) => string },
): string {
  const height = 230;
  const bottom = height - 30;
  const most = Math.max(...points.map(([, value]) => value), 0);
  const y = linear([0, most * 1.15 || 1], [bottom, 14]);
  const step = points.length < 2 ? 0 : (WIDTH - LEFT - RIGHT - 60) / (points.length - 1);
  const x = (at: number) => LEFT + 30 + at * step;
  const path = points.map(([, value], at) => `${fixed(x(at))},${fixed(y(value))}`);
  const marks = points.map(([name, value], at) => {
    const chosen = name === picked;
    return `<circle class="${seriesClass(color)}${chosen ? ' pick' : ''}" cx="${fixed(x(at))}" cy="${fixed(y(value))}" r="${chosen ? 7 : 4.5}"><title>${escaped(name)} MB: ${escaped(text(value))}</title></circle><text class="value" x="${fixed(x(at))}" y="${fixed(y(value) - 13)}" text-anchor="middle">${escaped(text(value))}</text><text${chosen ? ' class="value"' : ''} x="${fixed(x(at))}" y="${bottom + 20}" text-anchor="middle">${escaped(name)}${at === points.length - 1 ? ' MB' : ''}</text>`;
  });
  const line = `<polyline class="line" points="${path.join(' ')}"/>`;
  return svg(
    height,
    [horizontalGrid(y, unit), `<g class="${seriesClass(color)}">${line}${marks.join('')}</g>`],
    `${unit === '$' ? 'Cost' : 'Time'} by memory size`,
  );
}

export interface Ratio {
  readonly name: string;
  readonly ratio: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly note: string;
  readonly tone: 'better' | 'worse' | '';
}

/** Each ratio with its interval; left of 1 is less than what it is compared with. The axis is one of doublings. */
export function ratios(rows: readonly Ratio[]): string {
  const row = 38;
  const height = rows.length * row + 34;
  const ends = rows
    .flatMap(({ ratio, low, high }) => [ratio, low ?? ratio, high ?? ratio])
    .filter((one) => one > 0);
  const reach = Math.max(0.25, ...ends.map((one) => Math.abs(Math.log2(one)))) * 1.08;
  const right = WIDTH - 230;
  const x = linear([-reach, reach], [200, right]);
  const at = (ratio: number) => x(Math.log2(ratio));
  const wholes = x.ticks.filter((tick) => reach < 1.5 || Number.isInteger(tick));
  const grid = wholes.map(
    (tick) =>
      `<line class="${tick === 0 ? 'one' : 'grid'}" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="4" y2="${height - 26}"/><text x="${fixed(x(tick))}" y="${height - 8}" text-anchor="middle">${short(2 ** tick)}×</text>`,
  );
  const marks = rows.map(({ name, ratio, low, high, note, tone }, index) => {
    const y = index * row + row / 2 + 4;
    const span =
      low === undefined || high === undefined
        ? ''
        : `<line class="span" x1="${fixed(at(low))}" x2="${fixed(at(high))}" y1="${y}" y2="${y}"/>`;
    return `<g class="s0"><text class="name" x="0" y="${y + 4}">${escaped(name)}</text>${span}<circle class="s0" cx="${fixed(at(ratio))}" cy="${y}" r="5"/><text class="value" x="${right + 22}" y="${y + 4}">${short(ratio)}× <tspan style="font-weight:400${tone === '' ? '' : `;fill:var(--${tone === 'better' ? 'good' : 'bad'})`}">${escaped(note)}</tspan></text></g>`;
  });
  return svg(height, [...grid, ...marks], 'Ratios');
}

function verticalGrid(x: Scale, bottom: number, unit: string): string {
  return x.ticks
    .map((tick, at) => {
      const label = at === x.ticks.length - 1 ? `${short(tick)} ${unit}` : short(tick);
      return `<line class="grid" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="4" y2="${bottom}"/><text x="${fixed(x(tick))}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;
    })
    .join('');
}

function horizontalGrid(y: Scale, unit: string): string {
  return y.ticks
    .map((tick, at) => {
      const last = at === y.ticks.length - 1;
      const label =
        unit === '$' ? (tick === 0 ? '0' : money(tick)) : last ? `${short(tick)} ${unit}` : short(tick);
      return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text x="${LEFT - 10}" y="${fixed(y(tick) + 4)}" text-anchor="end">${label}</text>`;
    })
    .join('');
}

/** Where there is not enough room for its text to be read, it is moved, not made smaller; by keys, too. */
function svg(height: number, parts: readonly string[], label: string): string {
  return `<div class="wide" role="group" aria-label="${escaped(label)}" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}">${parts.join('')}</svg></div>`;
}

function names(series: readonly { readonly name: string }[]): string {
  return series.map(({ name }) => name).join(', ');
}
