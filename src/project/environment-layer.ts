import { SECTIONS, type Section } from './keys.js';
import type { Kind } from './kinds.js';
import {
  canonicalKey,
  check,
  type Found,
  type Layer,
  NOTHING,
  origin,
  type Place,
  unknownKey,
} from './layer.js';
import type { Origin } from './project.js';

/**
 * Settings given as variables: `CARGO_LAMBDA_BUILD.RELEASE=true`, as Cargo Lambda spells it (with a dot, which a
 * shell cannot export but CI systems and `env` can), and `CRABLET_BUILD_RELEASE=true`.
 */
export function readEnvironment(env: NodeJS.ProcessEnv, cwd: string): Layer {
  const found: Record<Section, { values: Record<string, unknown>; origins: Record<string, Origin> }> = {
    build: { values: {}, origins: {} },
    watch: { values: {}, origins: {} },
    deploy: { values: {}, origins: {} },
  };
  for (const [name, value] of Object.entries(env)) {
    const named = split(name);
    if (!named || value === undefined) continue;
    const place: Place = { source: 'environment', file: name, directory: cwd, table: '' };
    const kinds: Readonly<Record<string, Kind<unknown>>> = SECTIONS[named.section];
    const key = canonicalKey(named.section, named.key);
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (!kind) throw unknownKey(named.key, place, Object.keys(kinds));
    found[named.section].values[key] = check(kind, kind.fromText(value), named.key, place);
    found[named.section].origins[key] = origin(place);
  }
  readCompiler(env, found.build, cwd);
  return {
    source: 'environment',
    directory: cwd,
    env: NOTHING,
    sections: found satisfies Record<Section, Found>,
  };
}

/** Cargo Lambda's own names for the compiler and what it is started with (cargo-lambda-build/src/compiler). */
function readCompiler(
  env: NodeJS.ProcessEnv,
  build: { values: Record<string, unknown>; origins: Record<string, Origin> },
  cwd: string,
): void {
  const { CARGO_LAMBDA_COMPILER: type } = env;
  if (!type) return;
  const place: Place = { source: 'environment', file: 'CARGO_LAMBDA_COMPILER', directory: cwd, table: '' };
  const words = (name: string) => env[name]?.split(/[\s,]+/).filter((word) => word !== '');
  const table = {
    type,
    subcommand: words('CARGO_LAMBDA_COMPILER_SUBCOMMAND'),
    extra_args: words('CARGO_LAMBDA_COMPILER_EXTRA_ARGS'),
  };
  build.values['compiler'] ??= check(SECTIONS.build.compiler, table, 'compiler', place);
  build.origins['compiler'] ??= origin(place);
}

function split(name: string): { section: Section; key: string } | undefined {
  const match = /^(?:CARGO_LAMBDA_(BUILD|WATCH|DEPLOY)\.|CRABLET_(BUILD|WATCH|DEPLOY)_)(.+)$/i.exec(name);
  const section = (match?.[1] ?? match?.[2])?.toLowerCase() as Section | undefined;
  return section && match?.[3] ? { section, key: match[3].toLowerCase() } : undefined;
}
