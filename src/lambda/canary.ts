/** One step of a canary: this share of the invocations goes to the new version, for so long. */
export interface CanaryStep {
  /** More than 0, less than 1. */
  readonly weight: number;
  readonly seconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** AWS keeps an alias's weights to a hundredth of a percent or so; a thousandth of one would round to nothing. */
const LEAST_PERCENT = 0.1;

/**
 * `10%/5m`, or `5%/2m,25%/5m`: what is written once after the last step's time is all of it. Undefined for what is
 * no such text, or where a step has no more than the one before.
 */
export function parseCanary(written: string): readonly CanaryStep[] | undefined {
  const steps: CanaryStep[] = [];
  for (const part of written.split(',')) {
    const [, percent, time, unit = 's'] =
      /^\s*(\d+(?:\.\d+)?)%\/(\d+(?:\.\d+)?)(s|m|h)?\s*$/.exec(part) ?? [];
    if (percent === undefined) return undefined;
    const step = { weight: Number(percent) / 100, seconds: Number(time) * (SECONDS[unit] ?? 1) };
    const before = steps.at(-1)?.weight ?? 0;
    if (Number(percent) < LEAST_PERCENT || step.weight >= 1 || step.weight <= before || step.seconds <= 0)
      return undefined;
    steps.push(step);
  }
  return steps;
}
