import { configurationChanges, differing } from './changes.js';
import type { Observed } from './observed.js';
import type { Change, Step } from './step.js';

/** How what is on AWS differs from the project. */
export interface Drift {
  /**
   * What someone changed on AWS since the version that the alias leads to was published: a deploy publishes what it
   * has changed, so a `$LATEST` that is not like its version was changed by something else.
   */
  readonly onAws: readonly Change[];
  /** The version that this is since; null when nothing is deployed. */
  readonly since: string | null;
  /** What a deploy would do about all of it. */
  readonly steps: readonly Step[];
}

export function driftOf(observed: Observed, steps: readonly Step[]): Drift {
  const there = observed.kind === 'function' ? observed.function : null;
  const alias = there?.alias ?? null;
  if (!there || !alias) return { onAws: [], since: null, steps };
  // A version's description is the deploy's, and $LATEST's the configuration's.
  const keys = differing(alias.configuration, there.configuration).filter((key) => key !== 'description');
  const settings = configurationChanges(alias.configuration, there.configuration, keys);
  const code: Change[] =
    alias.codeSha256 === there.codeSha256
      ? []
      : [{ name: 'code (sha256)', before: short(alias.codeSha256), after: short(there.codeSha256) }];
  return { onAws: [...code, ...settings], since: alias.version, steps };
}

function short(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);
}
