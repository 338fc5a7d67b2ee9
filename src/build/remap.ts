import { basename } from 'node:path';
import { table } from '../project/local-manifests.js';
import type { Project } from '../project/project.js';

/** How cargo is told further flags for rustc without losing those that the user has given. */
export interface ExtraFlags {
  readonly config: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface RemapFacts {
  readonly project: Pick<Project, 'workspaceRoot' | 'targetDirectory' | 'packageRoots'>;
  readonly cargoHome: string;
  /** Cargo's configuration files, and what the user gives with `--config`. */
  readonly settings: readonly Readonly<Record<string, unknown>>[];
  readonly configFlags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Flags with which a binary carries no path of this machine: two checkouts give the same bytes, and nobody reads a
 * user's name in a panic message. What a crate writes down itself, as with `env!("CARGO_MANIFEST_DIR")`, stays.
 */
export function remapFlags(facts: RemapFacts): ExtraFlags {
  const flags = prefixes(facts).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  const { env } = facts;
  const given = env['CARGO_ENCODED_RUSTFLAGS']?.split(SEPARATOR) ?? env['RUSTFLAGS']?.split(/\s+/);
  const own = given?.filter((flag) => flag !== '') ?? [];
  // Of its four sources of flags cargo takes one only (cargo reference, "build.rustflags"): ours must come by the same.
  if (own.length > 0)
    return { config: [], env: { CARGO_ENCODED_RUSTFLAGS: [...own, ...flags].join(SEPARATOR) } };
  const key = hasTargetFlags(facts) ? "target.'cfg(all())'.rustflags" : 'build.rustflags';
  return { config: [`${key}=${JSON.stringify(flags)}`], env: {} };
}

/** Of what cargo puts between flags. */
const SEPARATOR = '\x1f';

/** Longer ones last: rustc takes the last that fits. */
function prefixes({ project, cargoHome }: RemapFacts): (readonly [from: string, to: string])[] {
  const { workspaceRoot, targetDirectory, packageRoots } = project;
  const outside = packageRoots.filter((root) => !`${root}/`.startsWith(`${workspaceRoot}/`));
  return [
    [workspaceRoot, '/workspace'] as const,
    [targetDirectory, '/target'] as const,
    [cargoHome, '/cargo'] as const,
    ...outside.map((root) => [root, `/dependencies/${basename(root)}`] as const),
  ].sort(([one], [other]) => one.length - other.length);
}

function hasTargetFlags({ settings, configFlags, env }: RemapFacts): boolean {
  const inFiles = settings.some((one) =>
    Object.values(table(one['target'])).some((value) => Object.hasOwn(table(value), 'rustflags')),
  );
  const byVariable = Object.keys(env).some((name) => /^CARGO_TARGET_.+_RUSTFLAGS$/.test(name));
  return inFiles || byVariable || configFlags.some((flag) => /^target\..*rustflags/.test(flag));
}
