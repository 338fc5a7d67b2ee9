/** A straight mapping of values to places, with round values to write at the axis. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** @param from the values, @param to the places */
export function linear(from: readonly [number, number], to: readonly [number, number], about = 5): Scale {
  const [low, high] = from[0] === from[1] ? [from[0], from[0] + 1] : from;
  const place = (value: number) => to[0] + ((value - low) / (high - low)) * (to[1] - to[0]);
  return Object.assign(place, { ticks: roundValues(low, high, about) });
}

/** The round values between two: multiples of 1, 2 or 5 times a power of ten. */
export function roundValues(low: number, high: number, about: number): number[] {
  const rough = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiplied anew each time, so that 0.1 + 0.2 is not written.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
}

/** Dollars: cents at least, and below one dollar three digits that count. */
export function money(value: number): string {
  if (value >= 1)
    return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const [whole = '0', part = ''] = String(Number(value.toPrecision(3))).split('.');
  return part.includes('e') || whole.includes('e')
    ? `$${value.toExponential(1)}`
    : `$${whole}.${part.padEnd(2, '0')}`;
}

/** A text of a number as short as its size allows. */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return String(Number(value.toPrecision(size < 1 ? 2 : 3)));
}
