import { UserError } from '../errors.js';
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
  const environment = writable(facts);
  const published: string[] = [];
  const publish = async (memoryMb: number, at: number): Promise<string> => {
    const mark = `${process.pid}-${memoryMb}-${at}-${Date.now()}`;
    await deployed.configure({ memoryMb, environment: { ...environment, [MARK]: mark } });
    const version = await deployed.publish(`crablet tune, ${memoryMb} MB`);
    published.push(version);
    await deployed.active(version);
    return version;
  };
  let changed = false;
  try {
    const results: SizeResult[] = [];
    for (const [done, memoryMb] of sizes.entries()) {
      const tally = new SizeTally(memoryMb);
      signal.throwIfAborted();
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
      onProgress({ phase: 'putting it back', done: 0, of: 0 });
      const left: { problem?: Error; versions: string[] } = { versions: [] };
      const attempt = async (change: Promise<void>, version?: string): Promise<void> => {
        await change.catch((problem: Error) => {
          left.problem ??= problem;
          if (version !== undefined) left.versions.push(version);
        });
      };
      await attempt(deployed.configure({ memoryMb: facts.memoryMb, environment }));
      // One after the other: an account may make 15 such calls a second (Lambda quotas, "API requests").
      for (const version of published) await attempt(deployed.deleteVersion(version), version);
      if (left.problem) tuning.onLeft(left.problem, left.versions);
    }
  }
}

/** The variables that are to be there again afterwards. */
export function writable({ environment, functionName }: DeployedFacts): Readonly<Record<string, string>> {
  if (environment) return environment;
  throw new UserError('aws.refused', {
    what: `The variables of '${functionName}' cannot be read: writing them anew would lose them.`,
    fix: "Let the role or user have kms:Decrypt on the function's key, or measure it as it is: crablet bench --remote",
  });
}
