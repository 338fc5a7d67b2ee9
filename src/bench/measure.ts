import { type Amounts, planTurns, type Turn } from './plan.js';
import { type Measured, nothingMeasured, takeCold, takeFailure, takeWarm } from './samples.js';
import type { Stage } from './stage.js';

export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly phase: 'cold starts' | 'warm-up' | 'warm invocations' | 'putting it back';
}

/**
 * Invokes the variants of a stage by turns, as planned.
 * @throws what `signal` says when it is aborted
 */
export async function measure(
  stage: Stage,
  variants: number,
  amounts: Amounts,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<Measured[]> {
  const all = Array.from({ length: variants }, nothingMeasured);
  const turns = planTurns(variants, amounts);
  // The first environment of all pays for what the service makes once.
  for (let at = 0; at < variants; at += 1) {
    signal.throwIfAborted();
    const first = await stage.cold(at);
    if (first.kind === 'failed') takeFailure(all[at]!, first.what);
  }
  for (const [done, turn] of turns.entries()) {
    signal.throwIfAborted();
    onProgress({ done, of: turns.length, phase: phaseOf(turn) });
    await doTurn(stage, turn, all[turn.variant]!, signal);
  }
  signal.throwIfAborted();
  return all;
}

function phaseOf(turn: Turn): Progress['phase'] {
  if (turn.kind === 'cold') return 'cold starts';
  return turn.counts ? 'warm invocations' : 'warm-up';
}

async function doTurn(stage: Stage, turn: Turn, measured: Measured, signal: AbortSignal): Promise<void> {
  if (turn.kind === 'cold') {
    takeCold(measured, await stage.cold(turn.variant));
    return;
  }
  const before = stage.cpuMs(turn.variant);
  let invoked = 0;
  let memoryMb: number | undefined;
  for (let at = 0; at < turn.times && !signal.aborted; at += 1) {
    const outcome = await stage.invoke(turn.variant);
    if (!turn.counts) {
      if (outcome.kind === 'failed') takeFailure(measured, outcome.what);
    } else if (takeWarm(measured, outcome)) {
      invoked += 1;
      memoryMb = outcome.kind === 'answered' ? outcome.report.maxMemoryMb : undefined;
    }
  }
  const after = stage.cpuMs(turn.variant);
  // A block in which an environment was new has its init in it.
  const whole = turn.counts && invoked === turn.times;
  if (whole && before !== undefined && after !== undefined && after > before)
    measured.samples.cpuMs.push((after - before) / invoked);
  if (memoryMb !== undefined) measured.samples.memoryMb.push(memoryMb);
}
