export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

/** What a report tells of a sample; unrounded values stay out of it. */
export function summary(values) {
  if (values.length === 0) return undefined;
  return {
    n: values.length,
    median: round(median(values)),
    p90: round(quantile(values, 0.9)),
    max: round(Math.max(...values)),
  };
}

export function round(value) {
  return Number(value.toPrecision(4));
}
