import type { Outcome } from './outcome.js';

/** Everything that was measured of one variant, nothing left out; milliseconds and MB. */
export interface Samples {
  /** From the start of the process to its first `GET …/next`, as REPORT's Init Duration. */
  readonly initMs: number[];
  /** Duration of the first invocation of an environment, without the init. */
  readonly firstMs: number[];
  /** What a caller waits for a cold start: making the environment, init and first invocation. */
  readonly coldMs: number[];
  readonly warmMs: number[];
  /** Processor time of an invocation: the mean of each block of warm ones. */
  readonly cpuMs: number[];
  /** Highest memory in use after the first invocation of an environment. */
  readonly coldMemoryMb: number[];
  /** Highest memory in use of the warm environment, after each block. */
  readonly memoryMb: number[];
  readonly billedMs: number[];
}

export interface Measured {
  readonly samples: Samples;
  /** Invocations that failed: they are in no figure. */
  readonly failures: { count: number; first?: string };
  /** Warm invocations that met a new environment: they are in no figure either. */
  readonly unexpectedColds: { count: number };
}

export function nothingMeasured(): Measured {
  return {
    samples: {
      initMs: [],
      firstMs: [],
      coldMs: [],
      warmMs: [],
      cpuMs: [],
      coldMemoryMb: [],
      memoryMb: [],
      billedMs: [],
    },
    failures: { count: 0 },
    unexpectedColds: { count: 0 },
  };
}

/** @returns whether it is in the figures */
export function takeCold(measured: Measured, outcome: Outcome): boolean {
  if (outcome.kind === 'failed') return takeFailure(measured, outcome.what);
  const { report, callerMs } = outcome;
  if (report.initMs === undefined) return false;
  measured.samples.initMs.push(report.initMs);
  measured.samples.firstMs.push(report.durationMs);
  measured.samples.coldMs.push(callerMs);
  if (report.maxMemoryMb !== undefined) measured.samples.coldMemoryMb.push(report.maxMemoryMb);
  return true;
}

/** @returns whether it is in the figures */
export function takeWarm(measured: Measured, outcome: Outcome): boolean {
  if (outcome.kind === 'failed') return takeFailure(measured, outcome.what);
  const { report } = outcome;
  if (report.initMs !== undefined) {
    measured.unexpectedColds.count += 1;
    return false;
  }
  measured.samples.warmMs.push(report.durationMs);
  measured.samples.billedMs.push(report.billedMs);
  return true;
}

export function takeFailure(measured: Measured, what: string): false {
  measured.failures.count += 1;
  measured.failures.first ??= what;
  return false;
}
