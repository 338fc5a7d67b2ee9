import type { Outcome } from './outcome.js';
import type { Timing } from './power-tuning.js';

/** What was measured at one memory size. */
export interface SizeResult {
  readonly memoryMb: number;
  readonly timings: readonly Timing[];
  readonly maxMemoryMb: number | undefined;
  /** They are in no figure. */
  readonly failures: { readonly count: number; readonly first?: string | undefined };
}

export interface TuneProgress {
  readonly phase: string;
  readonly done: number;
  readonly of: number;
}

/** What is the same wherever it runs. */
export interface TunePlan {
  readonly sizes: readonly number[];
  /** One for each invocation, at each size. */
  readonly payloads: readonly Buffer[];
  /** Every invocation meets a new environment. */
  readonly onlyCold: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TuneProgress) => void;
}

/** Puts what a size's invocations told together. */
export class SizeTally {
  private readonly timings: Timing[] = [];
  private failed = 0;
  private first: string | undefined;
  private most: number | undefined;

  constructor(private readonly memoryMb: number) {}

  take(outcome: Outcome): void {
    if (outcome.kind === 'failed') {
      this.failed += 1;
      this.first ??= outcome.what;
      return;
    }
    const { durationMs, initMs, billedMs, maxMemoryMb } = outcome.report;
    this.timings.push({ durationMs: durationMs + (initMs ?? 0), billedMs, cold: initMs !== undefined });
    if (maxMemoryMb !== undefined) this.most = Math.max(this.most ?? 0, maxMemoryMb);
  }

  /** @param change of each timing, for what is a model */
  result(change: (timing: Timing) => Timing = (timing) => timing): SizeResult {
    return {
      memoryMb: this.memoryMb,
      timings: this.timings.map(change),
      maxMemoryMb: this.most,
      failures: { count: this.failed, first: this.first },
    };
  }
}
