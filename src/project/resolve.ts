import { resolve } from 'node:path';
import { SECTIONS, type Section, type SectionValues } from './keys.js';
import type { Kind } from './kinds.js';
import type { Found, Layer } from './layer.js';
import type { Origin } from './project.js';

export interface Resolved extends SectionValues {
  readonly env: Readonly<Record<string, string>>;
  /** By `section.key` and `env.NAME`. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/** Puts layers over each other, the weakest first: maps by their keys, lists too with `admerge`. */
export function resolveLayers(layers: readonly Layer[], admerge: boolean): Resolved {
  const origins: Record<string, Origin> = {};
  const section = <S extends Section>(name: S): SectionValues[S] => {
    const values: Record<string, unknown> = {};
    for (const layer of layers) put(layer, name, values, admerge);
    note(
      name,
      layers.map((layer) => layer.sections[name]),
      origins,
    );
    // Every value was checked against the section's table of kinds when its layer was read.
    return values as SectionValues[S];
  };
  const env: Record<string, string> = Object.assign({}, ...layers.map((layer) => layer.env.values));
  note(
    'env',
    layers.map((layer) => layer.env),
    origins,
  );
  return { env, build: section('build'), watch: section('watch'), deploy: section('deploy'), origins };
}

function put(layer: Layer, section: Section, values: Record<string, unknown>, admerge: boolean): void {
  const kinds: Readonly<Record<string, Kind<unknown>>> = SECTIONS[section];
  for (const [key, value] of Object.entries(layer.sections[section].values)) {
    const { merges, isPath, pathAfter } = kinds[key] ?? { merges: 'replace' };
    const above = isPath ? absolute(layer.directory, value) : behind(pathAfter, layer.directory, value);
    values[key] = joined(values[key], above, merges, admerge);
  }
}

function behind(prefix: RegExp | undefined, directory: string, value: unknown): unknown {
  const [start] = (prefix && typeof value === 'string' && prefix.exec(value)) || [];
  return start === undefined ? value : `${start}${resolve(directory, String(value).slice(start.length))}`;
}

function absolute(directory: string, value: unknown): string | string[] {
  if (Array.isArray(value)) return value.map((one) => resolve(directory, String(one)));
  return resolve(directory, String(value));
}

function joined(below: unknown, above: unknown, merges: Kind<unknown>['merges'], admerge: boolean): unknown {
  if (below === undefined) return above;
  switch (merges) {
    case 'replace':
      return above;
    case 'map':
      return { ...(below as object), ...(above as object) };
    case 'list':
      return admerge ? [...(below as unknown[]), ...(above as unknown[])] : above;
    default:
      return merges satisfies never;
  }
}

function note(name: string, found: readonly Found[], origins: Record<string, Origin>): void {
  for (const { origins: here } of found) {
    for (const [key, origin] of Object.entries(here)) origins[`${name}.${key}`] = origin;
  }
}
