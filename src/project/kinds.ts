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
  /** Only what stands behind this is a path; without it nothing is. */
  readonly pathAfter?: RegExp;
  /** The keys of a table, each with its kind: a mistake is told with the nearest of them. */
  readonly keys?: Readonly<Record<string, Kind<unknown>>>;
  /** For a list of tables: what each holds, and which keys it must. */
  readonly entries?: {
    readonly keys: Readonly<Record<string, Kind<unknown>>>;
    readonly required: readonly string[];
  };
  /** The same in JSON Schema, for editors (json-schema.ts). */
  readonly json: JsonSchema;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a table of these kinds holds. */
export type Values<T extends Readonly<Record<string, Kind<unknown>>>> = {
  readonly [K in keyof T]?: T[K] extends Kind<infer V> ? V : never;
};

export type Variables = Readonly<Record<string, string>>;

export function kind<T>(
  schema: v.GenericSchema<unknown, T>,
  expected: string,
  json: JsonSchema,
  fromText: (text: string) => unknown = (text) => text,
  merges: Kind<T>['merges'] = 'replace',
): Kind<T> {
  return { schema, expected, json, merges, fromText };
}

const TEXT: JsonSchema = { type: 'string' };
const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'] };
const LIST: JsonSchema = { type: ['string', 'array'], items: TEXT };

export const flag = kind(v.boolean(), 'true or false', { type: 'boolean' }, booleanFromText);

export const text = kind(v.string(), 'a text', TEXT);

/** A text of AWS's own form, such as an ARN; `expected` completes "it must be …". */
export function textLike(pattern: RegExp, expected: string): Kind<string> {
  return kind(v.pipe(v.string(), v.regex(pattern)), expected, { type: 'string', pattern: pattern.source });
}

/** A log group's name (botocore, logs, LogGroupName). */
export const logGroup = textLike(
  /^[.\-_/#A-Za-z0-9]{1,512}$/,
  "a log group's name: up to 512 of A-Z a-z 0-9 . - _ / #",
);

/** Where what became of an event is sent. */
export function eventTarget(role: TargetRole): Kind<string> {
  const schema = v.pipe(
    v.string(),
    v.check((arn) => parseTarget(arn, role) !== undefined),
  );
  return kind(schema, EXPECTED_TARGET[role], TEXT);
}

/** A path, relative to the folder of the file that names it. */
export const path = {
  ...kind(v.pipe(v.string(), v.nonEmpty()), 'a path', { type: 'string', minLength: 1 }),
  isPath: true,
};

export function whole(from: number, to: number): Kind<number> {
  const expected =
    to === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${from} or more`
      : `a whole number from ${from} to ${to}`;
  const json = { type: 'integer', minimum: from, ...(to !== Number.MAX_SAFE_INTEGER && { maximum: to }) };
  const schema = v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
  return kind(schema, expected, json, numberFromText);
}

/** One of the numbers. */
export function oneOf(numbers: readonly number[]): Kind<number> {
  const schema = v.pipe(
    v.number(),
    v.check((number) => numbers.includes(number)),
  );
  return kind(schema, `one of ${numbers.join(', ')}`, { enum: numbers }, numberFromText);
}

/** One of the words, in any case and with `-` or `_`; the value is the word as it is written here. */
export function choice<const W extends string>(...words: readonly W[]): Kind<W> {
  const plain = (word: string) => word.toLowerCase().replaceAll('_', '-');
  const schema = v.pipe(
    v.string(),
    v.transform((input) => words.find((word) => plain(word) === plain(input)) ?? input),
    v.picklist(words),
  );
  // An editor may offer the words as they are written here; other spellings of them are taken too.
  const json = { anyOf: [{ enum: words }, { type: 'string', pattern: anyCase(words) }] };
  return kind(schema, `one of ${words.map((word) => `"${word}"`).join(', ')}`, json);
}

/** JSON Schema's patterns know no flag for it. */
function anyCase(words: readonly string[]): string {
  const letter = (one: string) =>
    /[a-z]/i.test(one) ? `[${one.toLowerCase()}${one.toUpperCase()}]` : /[-_]/.test(one) ? '[-_]' : one;
  return `^(${words.map((word) => [...word].map(letter).join('')).join('|')})$`;
}

/** A list of texts; one text alone, with commas between several, means the same. */
export const texts = kind(
  v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitList))]),
  'a list of texts',
  LIST,
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
  LIST,
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
  { type: ['string', 'number'] },
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
  { type: ['string', 'array', 'object'], items: TEXT, additionalProperties: SCALAR },
  (input) => splitAssignments(/^\s*\[(.*)\]\s*$/s.exec(input)?.[1] ?? input),
  'map',
);

/** A table of its own within a section. Each key is checked by itself, and a table above replaces single keys. */
export function tableOf<const T extends Readonly<Record<string, Kind<unknown>>>>(keys: T): Kind<Values<T>> {
  // What is in it is checked key by key (layer.ts), so that a message can name the key.
  const schema = v.custom<Values<T>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  const expected = `a table of ${Object.keys(keys).join(', ')}`;
  return { ...kind(schema, expected, objectOf(keys), inlineTable, 'map'), keys };
}

/** A list of tables, each checked key by key; `[[…]]` in TOML. */
export function tablesOf<
  const T extends Readonly<Record<string, Kind<unknown>>>,
  const R extends keyof T & string,
>(keys: T, required: readonly R[]): Kind<readonly (Values<T> & Required<Pick<Values<T>, R>>)[]> {
  type One = Values<T> & Required<Pick<Values<T>, R>>;
  const schema = v.custom<readonly One[]>(
    (value) =>
      Array.isArray(value) &&
      value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one)),
  );
  const expected = `a list of tables of ${Object.keys(keys).join(', ')}`;
  const json = { type: 'array', items: { ...objectOf(keys), required } };
  return { ...kind(schema, expected, json, inlineTable, 'list'), entries: { keys, required } };
}

function objectOf(keys: Readonly<Record<string, Kind<unknown>>>): JsonSchema {
  const properties = Object.fromEntries(Object.entries(keys).map(([key, { json }]) => [key, json]));
  return { type: 'object', properties, additionalProperties: false };
}

/** A list with at most so many texts, each of which is as AWS takes it. */
export function listOf(most: number, one: v.GenericSchema<string, string>, expected: string): Kind<string[]> {
  const entries = v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitList))]);
  const json = { type: ['string', 'array'], items: TEXT, maxItems: most };
  return kind(v.pipe(entries, v.array(one), v.maxLength(most)), expected, json, listFromText, 'list');
}

/** A number or a text, kept as text: what is handed on to cargo as it is. */
export const word = kind(scalar(), 'a text or a number', SCALAR);

/** A value that another module checks (the router), or that only Cargo Lambda uses. */
export const anything = kind(v.unknown(), 'anything', {});

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
