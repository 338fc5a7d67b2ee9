import type { Deployed, DeployedFacts } from './deployed.js';
import { type SizeResult, SizeTally, type TunePlan } from './tune.js';

/** Makes each version another one: AWS publishes none where nothing has changed. Gone afterwards. */
const MARK = 'CRABLET_TUNE';

export interface RemoteTuning extends TunePlan {
  readonly deployed: Deployed;
  readonly facts: DeployedFacts;
  /** Something could not be made as it was. */
  readonly onLeft: (problem: Error, versions: readonly string[]) => void;
}

/**
 * Measures versions of a deployed function, one for each size (and with `onlyCold` for each invocation): $LATEST is changed
 * to publish them, and is as it was at the end, when the versions have gone.
 */
export async function tuneRemotely(tuning: RemoteTuning): Promise<SizeResult[]> {
  const { deployed, facts, sizes, payloads, onlyCold, signal, onProgress } = tuning;
  const published: string[] = [];
  const publish = async (memoryMb: number, at: number): Promise<string> => {
    const mark = `${process.pid}-${memoryMb}-${at}-${Date.now()}`;
    await deployed.configure({ memoryMb, environment: { ...facts.environment, [MARK]: mark } });
    const version = await deployed.publish(`crablet tune, ${memoryMb} MB`);
    published.push(version);
    return version;
  };
  let changed = false;
  try {
    const results: SizeResult[] = [];
    for (const [done, memoryMb] of sizes.entries()) {
      const tally = new SizeTally(memoryMb);
      changed = true;
      let version = await publish(memoryMb, 0);
      for (const [at, payload] of payloads.entries()) {
        signal.throwIfAborted();
        onProgress({
          phase: `${memoryMb} MB`,
          done: done * payloads.length + at,
          of: sizes.length * payloads.length,
        });
        if (onlyCold && at > 0) version = await publish(memoryMb, at);
        tally.take(await deployed.target(version).invoke(payload));
      }
      results.push(tally.result());
    }
    return results;
  } finally {
    if (changed) {
      const restored = deployed.configure({ memoryMb: facts.memoryMb, environment: facts.environment });
      // Each is tried, whatever became of the others; the first failure is told.
      const ends = await Promise.allSettled([
        restored,
        ...published.map((version) => deployed.deleteVersion(version)),
      ]);
      const failure = ends.find((end) => end.status === 'rejected');
      if (failure?.status === 'rejected') tuning.onLeft(failure.reason as Error, published);
    }
  }
}
