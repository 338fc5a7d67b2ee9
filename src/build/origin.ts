import type { Project } from '../project/project.js';
import { answerOf } from './find-tools.js';

/** What a build is made with and from, as far as its files do not tell. */
export interface Origin {
  /** As rustc tells it: `rustc 1.95.0 (59807616e 2026-04-14)`. */
  readonly rustc: string | undefined;
  /** None outside of a repository. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | undefined;
}

/** Asked while cargo compiles: rustc and git take a tenth of a second, and what counts is what was there at the start. */
export async function originOf(
  { cwd }: Project,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<Origin> {
  const where = { cwd, env, signal };
  const [rustc, commit, changes] = await Promise.all([
    answerOf(env['RUSTC'] || 'rustc', ['--version'], where),
    answerOf('git', ['rev-parse', 'HEAD'], where),
    answerOf('git', ['status', '--porcelain', '--untracked-files=no'], where),
  ]);
  const dirty = changes !== undefined && changes !== '';
  return { rustc, git: commit === undefined ? undefined : { commit, dirty } };
}
