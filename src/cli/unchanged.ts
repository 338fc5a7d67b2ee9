import { type BuildKey, likelyTargetFolders, recordedBuild, type Said } from '../build/recorded-build.js';
import { VERSION } from '../version.js';

/** Where a command line was given. */
export interface Asked {
  /** Without the program, and without `crablet` or `lambda` as cargo puts it there. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether stderr is one: colors are in what rustc rendered. */
  readonly terminal: boolean;
}

/**
 * What is said when the same `crablet build` was done before and nothing that it depends on has changed since. Undefined
 * for all else: the command then finds out what there is to do.
 */
export function unchangedBuild(asked: Asked): Said | undefined {
  const { words, cwd, env } = asked;
  if (words[0] !== 'build') return undefined;
  const record = recordedBuild(buildKey(asked), likelyTargetFolders(cwd, env, manifestPathIn(words)));
  return record?.told?.[formatAt(words) === undefined ? 'text' : 'json'];
}

export function buildKey({ words, cwd, env, terminal }: Asked): BuildKey {
  const at = formatAt(words);
  const others = at === undefined ? words : words.toSpliced(at, 2);
  return { cwd, env, version: VERSION, asked: { words: others, terminal } };
}

/**
 * Where `--output json` stands, which makes no other build. Were `--output` there the value of the flag before it, then
 * `json` would be an argument too many, and no build.
 */
function formatAt(words: readonly string[]): number | undefined {
  const at = words.findIndex((word, index) => word === '--output' && words[index + 1] === 'json');
  return at === -1 ? undefined : at;
}

/** It only says where a record may lie: what is taken for one here and is none finds nothing there. */
function manifestPathIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^--manifest-path(=|$)/.test(word));
  const word = words[at];
  return word === '--manifest-path' ? words[at + 1] : word?.slice('--manifest-path='.length);
}
