import { readConfigFlag } from '../project/cargo-settings.js';
import { table } from '../project/local-manifests.js';
import type { FunctionTarget, Project } from '../project/project.js';

/** `[profile.release]` as far as crablet has a say in it. */
export type ReleaseProfile = Readonly<Record<string, unknown>>;

/**
 * What the user has said of the release profile, wherever: the workspace's Cargo.toml, then cargo's configuration files,
 * then variables, then `--config`, each stronger than the one before (cargo reference, "profiles" and "configuration").
 */
export async function releaseProfileOf(
  one: FunctionTarget,
  project: Pick<Project, 'releaseProfile' | 'cwd'>,
  settings: readonly Readonly<Record<string, unknown>>[],
  env: NodeJS.ProcessEnv,
): Promise<ReleaseProfile> {
  const flags = await Promise.all(
    (one.settings.build.config ?? []).map((flag) => readConfigFlag(flag, project.cwd)),
  );
  const files = [...settings].reverse().map(releaseIn);
  return Object.assign({}, project.releaseProfile, ...files, byVariable(env), ...flags.flat().map(releaseIn));
}

function releaseIn(toml: Readonly<Record<string, unknown>>): ReleaseProfile {
  return table(table(toml['profile'])['release']);
}

const PREFIX = 'CARGO_PROFILE_RELEASE_';

function byVariable(env: NodeJS.ProcessEnv): ReleaseProfile {
  const found = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(PREFIX)
      ? [[name.slice(PREFIX.length).toLowerCase().replaceAll('_', '-'), plain(value ?? '')]]
      : [],
  );
  return Object.fromEntries(found);
}

function plain(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\d+$/.test(value) ? Number(value) : value;
}

/**
 * Whether the symbols are taken away here, once the sizes of the crates have been read from them, rather than by the
 * linker: where the user wants them gone, or has said nothing and no debug information is wanted either.
 */
export function stripsAfterwards(profile: ReleaseProfile): boolean {
  const { strip, debug } = profile;
  if (strip !== undefined) return strip === true || strip === 'symbols';
  return debug === undefined || debug === false || debug === 0 || debug === 'none';
}
