import * as v from 'valibot';
import { EXPECTED_TARGET, parseTarget, type TargetRole } from '../lambda/event-target.js';
import { secondsOf } from './duration.js';

/**
 * What a configuration value may be. One kind serves every border: a TOML table, an environment variable and,
 * through `expected`, the message that a user reads when the value does not fit.
 */
export interface Kind<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  /** Completes the sentence "it must be …". */
  readonly expected: string;
  /** Lists are put together under `--admerge`, maps always, everything else is replaced. */
  readonly merges: 'replace' | 'list' | 'map';
  /** A value as an environment variable spells it; what it makes of a wrong text is refused by the schema. */
  readonly fromText: (text: string) => unknown;
  /** Paths are made absolute, from the folder of the file that names them. */
  readonly isPath?: boolean;
  /** The keys of a table, each with its kind: a mistake is told with the nearest of them. */
  readonly keys?: Readonly<Record<string, Kind<unknown>>>;
}

/** What a table of these kinds holds. */
export type Values<T extends Readonly<Record<string, Kind<unknown>>>> = {
  readonly [K in keyof T]?: T[K] extends Kind<infer V> ? V : never;
};

export type Variables = Readonly<Record<string, string>>;

function kind<T>(
  schema: v.GenericSchema<unknown, T>,
  expected: string,
  fromText: (text: string) => unknown = (text) => text,
  merges: Kind<T>['merges'] = 'replace',
): Kind<T> {
  return { schema, expected, merges, fromText };
}

export const flag = kind(v.boolean(), 'true or false', booleanFromText);

export const text = kind(v.string(), 'a text');

/** A log group's name (botocore, logs, LogGroupName). */
export const logGroup = kind(
  v.pipe(v.string(), v.regex(/^[.\-_/#A-Za-z0-9]{1,512}$/)),
  "a log group's name: up to 512 of A-Z a-z 0-9 . - _ / #",
);

/** Where what became of an event is sent. */
export function eventTarget(role: TargetRole): Kind<string> {
  const schema = v.pipe(
    v.string(),
    v.check((arn) => parseTarget(arn, role) !== undefined),
  );
  return kind(schema, EXPECTED_TARGET[role]);
}

/** A path, relative to the folder of the file that names it. */
export const path = { ...kind(v.pipe(v.string(), v.nonEmpty()), 'a path'), isPath: true };

export function whole(from: number, to: number): Kind<number> {
  const expected =
    to === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${from} or more`
      : `a whole number from ${from} to ${to}`;
  return kind(v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to)), expected, numberFromText);
}

/** One of the words, in any case and with `-` or `_`; the value is the word as it is written here. */
export function choice<const W extends string>(...words: readonly W[]): Kind<W> {
  const plain = (word: string) => word.toLowerCase().replaceAll('_', '-');
  const schema = v.pipe(
    v.string(),
    v.transform((input) => words.find((word) => plain(word) === plain(input)) ?? input),
    v.picklist(words),
  );
  return kind(schema, `one of ${words.map((word) => `"${word}"`).join(', ')}`);
}

/** A list of texts; one text alone, with commas between several, means the same. */
export const texts = kind(
  v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitList))]),
  'a list of texts',
  listFromText,
  'list',
);

/** A list of paths: like `texts`, but a comma is part of a path. */
export const paths = kind(
  v.union([
    v.array(v.string()),
    v.pipe(
      v.string(),
      v.transform((one) => [one]),
    ),
  ]),
  'a list of paths',
  listFromText,
  'list',
);

/** A list of paths, each relative to the folder of the file that names it. */
export const filePaths = { ...paths, isPath: true };

/** Seconds, or a text such as `10m`. */
export const duration = kind(
  v.union([
    v.pipe(v.number(), v.gtValue(0)),
    v.pipe(
      v.string(),
      v.transform((input) => secondsOf(input) ?? 0),
      v.gtValue(0),
    ),
  ]),
  'a time such as "90s", "10m" or "2h", or a number of seconds',
);

/** `{ KEY = "value" }`, `["KEY=value"]` or `"KEY=value,OTHER=value"`; empty values are legal, as on AWS. */
export const variables = kind<Variables>(
  v.union([
    v.pipe(
      v.unknown(),
      // A list would pass for a record of its numbers.
      v.check((value) => !Array.isArray(value)),
      v.record(v.string(), scalar()),
    ),
    assignmentList(v.array(v.string())),
    assignmentList(v.pipe(v.string(), v.transform(splitAssignments))),
  ]),
  'a table of texts, or a list of "KEY=value"',
  (input) => splitAssignments(/^\s*\[(.*)\]\s*$/s.exec(input)?.[1] ?? input),
  'map',
);

/** A table of its own within a section. Each key is checked by itself, and a table above replaces single keys. */
export function tableOf<const T extends Readonly<Record<string, Kind<unknown>>>>(keys: T): Kind<Values<T>> {
  // What is in it is checked key by key (layer.ts), so that a message can name the key.
  const schema = v.custom<Values<T>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return { ...kind(schema, `a table of ${Object.keys(keys).join(', ')}`, inlineTable, 'map'), keys };
}

/** A list with at most so many texts, each of which is as AWS takes it. */
export function listOf(most: number, one: v.GenericSchema<string, string>, expected: string): Kind<string[]> {
  const entries = v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitList))]);
  return kind(v.pipe(entries, v.array(one), v.maxLength(most)), expected, listFromText, 'list');
}

/** A number or a text, kept as text: what is handed on to cargo as it is. */
export const word = kind(scalar(), 'a text or a number');

/** A value that another module checks (the router), or that only Cargo Lambda uses. */
export const anything = kind(v.unknown(), 'anything');

/** Numbers and booleans are written as texts: an environment variable has no other type. */
function scalar(): v.GenericSchema<unknown, string> {
  return v.union([
    v.string(),
    v.pipe(
      v.union([v.number(), v.boolean()]),
      v.transform((value) => String(value)),
    ),
  ]);
}

function assignmentList(list: v.GenericSchema<unknown, string[]>): v.GenericSchema<unknown, Variables> {
  return v.pipe(
    list,
    v.check((entries) => entries.every(isAssignment)),
    v.transform((entries) => assignments(entries)),
  );
}

function isAssignment(entry: string): boolean {
  return entry.indexOf('=') > 0;
}

export function assignments(entries: readonly string[]): Variables {
  return Object.fromEntries(
    entries.map((entry) => {
      const split = entry.indexOf('=');
      return [entry.slice(0, split), entry.slice(split + 1)];
    }),
  );
}

function booleanFromText(input: string): unknown {
  if (/^(true|1|yes|on)$/i.test(input)) return true;
  if (/^(false|0|no|off|)$/i.test(input)) return false;
  return input;
}

function numberFromText(input: string): unknown {
  return /^-?\d+$/.test(input.trim()) ? Number(input) : input;
}

/** JSON, for TOML's own notation cannot be had in a variable; anything else is refused by the schema. */
function inlineTable(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}

/** `[a, "b c"]` as Cargo Lambda's variables spell a list, or simply `a,b`. */
function listFromText(input: string): unknown {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(input)?.[1];
  return splitList(inner ?? input).map((entry) => entry.replace(/^"(.*)"$/s, '$1'));
}

/** At commas that start another `KEY=`: a value may hold commas of its own. */
export function splitAssignments(input: string): string[] {
  return input.split(/\s*,\s*(?=[A-Za-z_][A-Za-z0-9_]*=)/).filter((entry) => entry !== '');
}

function splitList(input: string): string[] {
  return input
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
