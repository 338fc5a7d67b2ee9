import type { Estimate, Interval } from '../../bench/statistics.js';

/** Milliseconds with as many digits as they are worth. */
export function ms(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

export function mb(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '–';
}

/** `[1.10, 1.21]`; an open end is a word, for so few samples tell nothing of it. */
export function intervalText({ low, high }: Interval, format: (value: number) => string = ms): string {
  if (low === undefined && high === undefined) return '[too few]';
  return `[${low === undefined ? '?' : format(low)}, ${high === undefined ? '?' : format(high)}]`;
}

export function estimateText({ value, interval }: Estimate, format: (value: number) => string = ms): string {
  return `${format(value)} ${intervalText(interval, format)}`;
}

/** Columns that line up: the first to the left, all others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat(Math.max(0, widths[column]! - [...cell].length));
        return column === 0 ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

const BARS = '▁▂▃▄▅▆▇█';

/** How often values fall where, between the lowest and the 99th percentile: one sign for each part. */
export function sparkline(sorted: readonly number[], parts = 24): string {
  if (sorted.length === 0) return '';
  const low = sorted[0]!;
  const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!;
  if (high === low) return BARS[7]!;
  const counts = new Array<number>(parts).fill(0);
  for (const value of sorted) {
    if (value > high) break;
    counts[Math.min(parts - 1, Math.floor(((value - low) / (high - low)) * parts))]! += 1;
  }
  const most = Math.max(...counts);
  return counts.map((count) => (count === 0 ? ' ' : BARS[Math.ceil((count / most) * 8) - 1]!)).join('');
}
