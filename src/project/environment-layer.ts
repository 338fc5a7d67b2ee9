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
  return {
    source: 'environment',
    directory: cwd,
    env: NOTHING,
    sections: found satisfies Record<Section, Found>,
  };
}

function split(name: string): { section: Section; key: string } | undefined {
  const match = /^(?:CARGO_LAMBDA_(BUILD|WATCH|DEPLOY)\.|CRABLET_(BUILD|WATCH|DEPLOY)_)(.+)$/i.exec(name);
  const section = (match?.[1] ?? match?.[2])?.toLowerCase() as Section | undefined;
  return section && match?.[3] ? { section, key: match[3].toLowerCase() } : undefined;
}
