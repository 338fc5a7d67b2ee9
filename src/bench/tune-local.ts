import type { IsolationName } from '../local/isolation/strength.js';
import { modelledMs } from './model.js';
import { randomFrom, shuffled } from './random.js';
import { canShareCpu } from './run-local.js';
import { Stage } from './stage.js';
import type { Subject } from './subject.js';
import { type SizeResult, SizeTally, type TunePlan } from './tune.js';

export interface LocalTuning extends TunePlan {
  readonly subject: Subject;
  readonly isolation: IsolationName;
  readonly seed: number;
}

/** As many invocations follow each other at one size before it is another one's turn. */
const BLOCK = 5;

/** Measures every size with its share of the processors, the sizes by turns. */
export async function tuneLocally(
  tuning: LocalTuning,
): Promise<{ readonly results: SizeResult[]; readonly cpu: 'enforced' | 'modelled' }> {
  const { sizes, payloads, onlyCold, subject, isolation, signal, onProgress } = tuning;
  const enforced = isolation !== 'portable' && (await canShareCpu());
  const subjects = sizes.map((memoryMb) => ({ ...subject, memoryMb }));
  const stage = await Stage.open({ subjects, isolation, cpu: enforced ? 'aws' : 'full', signal });
  try {
    const tallies = sizes.map((size) => new SizeTally(size));
    const cpuMs = sizes.map(() => 0);
    for (let at = 0; at < sizes.length; at += 1) {
      signal.throwIfAborted();
      // The first environment of all pays for what the service makes once.
      await stage.renew(at);
    }
    const random = randomFrom(tuning.seed);
    for (let from = 0; from < payloads.length; from += BLOCK) {
      for (const at of shuffled([...sizes.keys()], random)) {
        onProgress({ phase: `${sizes[at]} MB`, done: from, of: payloads.length });
        const before = stage.cpuMs(at) ?? 0;
        for (const payload of payloads.slice(from, from + BLOCK)) {
          signal.throwIfAborted();
          if (onlyCold) await stage.renew(at);
          tallies[at]!.take(await stage.invoke(at, payload));
        }
        cpuMs[at]! += Math.max(0, (stage.cpuMs(at) ?? 0) - before);
      }
    }
    signal.throwIfAborted();
    const results = tallies.map((tally, at) => {
      const mean = cpuMs[at]! / payloads.length;
      return enforced || onlyCold
        ? tally.result()
        : tally.result((timing) => {
            if (timing.cold) return timing;
            const durationMs = modelledMs(timing.durationMs, mean, sizes[at]!);
            return { ...timing, durationMs, billedMs: Math.max(1, Math.ceil(durationMs)) };
          });
    });
    return { results, cpu: enforced ? 'enforced' : 'modelled' };
  } finally {
    await stage.close();
  }
}
