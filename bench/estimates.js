// Quantiles of samples, each with how far it can be trusted, and how they are written.

/** Three digits of it. */
export function text3(value) {
  if (value === undefined) return '?';
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/**
 * A quantile with its interval from the binomial distribution, as src/bench/statistics.ts.
 * @param {readonly number[]} samples
 * @returns {{ value: number, low: number | undefined, high: number | undefined } | undefined}
 */
export function estimateOf(samples, q) {
  if (samples.length === 0) return undefined;
  const sorted = [...samples].sort((a, b) => a - b);
  if (q === 1) return { value: sorted.at(-1), low: sorted[0], high: sorted.at(-1) };
  const at = (sorted.length - 1) * q;
  const value = sorted[Math.floor(at)] + (sorted[Math.ceil(at)] - sorted[Math.floor(at)]) * (at % 1);
  const n = sorted.length;
  let below = 0;
  let low = 0;
  let high = n + 1;
  let logChance = n * Math.log1p(-q);
  for (let k = 0; k <= n; k += 1) {
    below += Math.exp(logChance);
    logChance += Math.log((n - k) / (k + 1)) + Math.log(q) - Math.log1p(-q);
    if (below <= 0.025) low = k + 1;
    if (below >= 0.975) {
      high = k + 1;
      break;
    }
  }
  return { value, low: sorted[low - 1], high: sorted[high - 1] };
}
