import * as v from 'valibot';
import { UserError } from '../errors.js';
import { ALIASES, INNER_TABLES, SECTIONS, type Section } from './keys.js';
import { type Kind, type Variables, variables } from './kinds.js';
import { nearest } from './nearest.js';
import type { Origin, Source } from './project.js';

/** One table of settings as it was found at one place: checked, with canonical keys. */
export interface Layer {
  readonly source: Source;
  readonly directory: string;
  readonly env: Found;
  readonly sections: Readonly<Record<Section, Found>>;
}

export interface Found {
  readonly values: Readonly<Record<string, unknown>>;
  /** By key. */
  readonly origins: Readonly<Record<string, Origin>>;
}

export interface Place {
  readonly source: Source;
  /** The file as the user would name it. */
  readonly file: string;
  readonly directory: string;
  /** The table that holds `env`, `build`, …; empty for the top of CargoLambda.toml. */
  readonly table: string;
}

type Table = Readonly<Record<string, unknown>>;

/** What people may take for a key. */
const HINTS = new Map([['timezone', 'the times of a schedule are UTC']]);

export const NOTHING: Found = { values: {}, origins: {} };

/** `{env, build, deploy, watch}` of one place; other keys than these and `alsoKnown` are a mistake. */
export function readLayer(value: unknown, place: Place, alsoKnown: readonly string[] = []): Layer {
  const holder = expectTable(value, place.table || 'top level', place);
  const known = ['env', ...Object.keys(SECTIONS), ...alsoKnown];
  for (const key of Object.keys(holder)) {
    if (!known.includes(key)) throw unknownKey(key, place, known);
  }
  const section = (name: Section) => readSection(name, holder[name], within(place, name));
  return {
    source: place.source,
    directory: place.directory,
    env: readEnv(holder['env'], within(place, 'env')),
    sections: { build: section('build'), watch: section('watch'), deploy: section('deploy') },
  };
}

function readEnv(value: unknown, place: Place): Found {
  if (value === undefined) return NOTHING;
  const checked = check(variables, value, 'env', place) as Variables;
  return {
    values: checked,
    origins: Object.fromEntries(Object.keys(checked).map((name) => [name, origin(place)])),
  };
}

function readSection(section: Section, value: unknown, place: Place): Found {
  if (value === undefined) return NOTHING;
  const kinds: Readonly<Record<string, Kind<unknown>>> = SECTIONS[section];
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const [written, entry] of entriesIn(section, value, place)) {
    const key = canonicalKey(section, written);
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (!kind) throw unknownKey(written, place, Object.keys(kinds));
    values[key] = check(kind, entry, written, place);
    origins[key] = origin(place);
  }
  return { values, origins };
}

function entriesIn(section: Section, value: unknown, place: Place): [key: string, value: unknown][] {
  return Object.entries(expectTable(value, place.table, place)).flatMap(([key, entry]) =>
    key === INNER_TABLES[section]
      ? Object.entries(expectTable(entry, `${place.table}.${key}`, place))
      : [[key, entry] as [string, unknown]],
  );
}

/** The key that an alias stands for, in a section that has that key. */
export function canonicalKey(section: Section, written: string): string {
  const kinds: Readonly<Record<string, unknown>> = SECTIONS[section];
  if (Object.hasOwn(kinds, written)) return written;
  const key = Object.hasOwn(ALIASES, written) ? ALIASES[written] : undefined;
  return key !== undefined && Object.hasOwn(kinds, key) ? key : written;
}

export function check(kind: Kind<unknown>, value: unknown, key: string, place: Place): unknown {
  const result = v.safeParse(kind.schema, value);
  if (result.success) return checkInside(kind, result.output, within(place, key));
  throw new UserError('project.configuration', {
    what: `${show(place)}: '${key}' is ${JSON.stringify(value)}, but it must be ${kind.expected}.`,
    fix: `Write ${kind.expected} for '${key}' in ${place.file}.`,
  });
}

/** What tables hold is checked key by key, so that a message can name the key. */
function checkInside({ keys, entries }: Kind<unknown>, value: unknown, place: Place): unknown {
  if (keys) return checkTable(keys, value, place);
  if (!entries) return value;
  return (value as readonly unknown[]).map((one, index) => {
    const here = { ...place, table: `${place.table}[${index}]` };
    const checked = checkTable(entries.keys, one, here);
    const missing = entries.required.find((key) => !Object.hasOwn(checked, key));
    if (missing === undefined) return checked;
    throw new UserError('project.configuration', {
      what: `${show(here)}: '${missing}' is missing.`,
      fix: `Write ${missing} = …, ${entries.keys[missing]?.expected}, in ${place.file}.`,
    });
  });
}

function checkTable(keys: Readonly<Record<string, Kind<unknown>>>, value: unknown, place: Place): Table {
  return Object.fromEntries(
    Object.entries(value as Table).map(([key, entry]) => {
      const kind = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (!kind) throw unknownKey(key, place, Object.keys(keys));
      return [key, check(kind, entry, key, place)];
    }),
  );
}

function expectTable(value: unknown, name: string, place: Place): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Table;
  throw new UserError('project.configuration', {
    what: `${place.file}: '${name}' is ${JSON.stringify(value)}, but it must be a table.`,
    fix: `Write it as a table: [${name}]`,
  });
}

export function unknownKey(key: string, place: Place, known: readonly string[]): UserError {
  const close = nearest(key, known);
  const hint = HINTS.get(key) ?? (close ? `the nearest key there is: '${close}'` : undefined);
  return new UserError('project.configuration', {
    what: `${show(place)}: there is no key '${key}'${hint ? `; ${hint}` : ''}.`,
    fix:
      close && !HINTS.has(key)
        ? `Write '${close}' in place of '${key}' in ${place.file}.`
        : `Take '${key}' out of ${place.file}. Keys there: ${[...known].sort().join(', ')}`,
  });
}

export function within(place: Place, name: string): Place {
  return { ...place, table: place.table ? `${place.table}.${name}` : name };
}

export function origin(place: Place): Origin {
  return { source: place.source, place: show(place), directory: place.directory };
}

function show(place: Place): string {
  return place.table ? `${place.file} [${place.table}]` : place.file;
}
