import { validation } from '../wire-errors.js';
import { ApiError } from './errors.js';
import type { OperationRule, Rule } from './rules.js';

/**
 * Checks what a request says, member by member, in the words of AWS's own checks (recorded: SNAP:test_lambda_api,
 * tests/golden/functions-api.json). What has another type than its member does not get as far as that.
 */
export function checkInput(
  operation: OperationRule,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const broken: string[] = [];
  const input = structure(operation.members, operation.required ?? [], values, '', broken);
  if (broken.length > 0) throw new ApiError(validation(broken));
  return input;
}

function structure(
  members: Readonly<Record<string, Rule>>,
  required: readonly string[],
  values: Readonly<Record<string, unknown>>,
  path: string,
  broken: string[],
): Readonly<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [member, rule] of Object.entries(members)) {
    const value = Object.hasOwn(values, member) ? values[member] : undefined;
    const at = `${path}${camel(member)}`;
    if (value !== undefined && value !== null) read[member] = checked(rule, value, at, broken);
    else if (required.includes(member)) broken.push(constraint('null', at, 'Member must not be null'));
  }
  return read;
}

function checked(rule: Rule, value: unknown, at: string, broken: string[]): unknown {
  if (rule.is === 'structure') {
    if (!isObject(value)) throw wrongType(value, 'a structure');
    return structure(rule.members, rule.required ?? [], value, `${at}.`, broken);
  }
  if (rule.is === 'list' && rule.of.is === 'structure') {
    if (!Array.isArray(value)) throw wrongType(value, 'a list');
    for (const what of lengths(rule, value.length)) broken.push(constraint(`'${shown(value)}'`, at, what));
    return value.map((one, index) => checked(rule.of, one, `${at}.${index + 1}.member`, broken));
  }
  const read = typed(rule, value);
  for (const what of faults(rule, read)) broken.push(constraint(`'${shown(value, rule)}'`, at, what));
  return read;
}

/** The value as its rule has it. */
function typed(rule: Rule, value: unknown): unknown {
  switch (rule.is) {
    case 'flag':
      if (typeof value !== 'boolean') throw wrongType(value, 'a Boolean');
      return value;
    case 'choice':
    case 'text':
      if (typeof value !== 'string') throw wrongType(value, 'a String');
      return value;
    case 'number':
      if (typeof value !== 'number' || (rule.fraction === undefined && !Number.isInteger(value)))
        throw wrongType(value, rule.fraction ? 'a Double' : 'an Integer');
      return value;
    case 'date':
      return date(value);
    case 'bytes':
      if (typeof value !== 'string') throw wrongType(value, 'a Blob');
      return Buffer.from(value, 'base64');
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value, 'a list');
      return value.map((one) => typed(rule.of, one));
    case 'map':
      if (!isObject(value)) throw wrongType(value, 'a map');
      return Object.fromEntries(
        // A text that is null in a map counts as none.
        Object.entries(value).map(([key, one]) => [key, typed(rule.value, one)]),
      );
    case 'structure':
      if (!isObject(value)) throw wrongType(value, 'a structure');
      return value;
  }
}

function date(value: unknown): number {
  const seconds = typeof value === 'string' ? Date.parse(value) / 1000 : value;
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) throw wrongType(value, 'a Timestamp');
  return seconds;
}

/** Each in AWS's words. What is in lists and maps is told together. */
function faults(rule: Rule, value: unknown): string[] {
  switch (rule.is) {
    case 'choice':
      return rule.of.includes(value as string)
        ? []
        : [`Member must satisfy enum value set: [${rule.of.join(', ')}]`];
    case 'text':
      return textFaults(rule, value as string);
    case 'number':
      return bounds(rule, value as number, 'have value');
    case 'list': {
      const all = value as readonly unknown[];
      const inner = all.some((one) => faults(rule.of, one).length > 0);
      return [
        ...lengths(rule, all.length),
        ...(inner ? [`Member must satisfy constraint: [${wishes(rule.of)}]`] : []),
      ];
    }
    case 'map': {
      const all = Object.entries(value as Readonly<Record<string, unknown>>);
      const keys = all.some(([key]) => faults(rule.key, key).length > 0);
      const values = all.some(([, one]) => faults(rule.value, one).length > 0);
      return [
        ...(keys ? [`Map keys must satisfy constraint: [${keyWishes(rule.key)}]`] : []),
        ...(values ? [`Map value must satisfy constraint: [${wishes(rule.value)}]`] : []),
      ];
    }
    case 'flag':
    case 'date':
    case 'bytes':
    case 'structure':
      return [];
  }
}

function textFaults(rule: Rule & { is: 'text' }, value: string): string[] {
  const misfit = rule.pattern !== undefined && !matcher(rule.pattern).test(value);
  return [
    ...(misfit ? [`Member must satisfy regular expression pattern: ${rule.pattern}`] : []),
    ...lengths(rule, value.length),
  ];
}

type Bounded = { readonly min?: number; readonly max?: number };

const lengths = (rule: Bounded, length: number) => bounds(rule, length, 'have length');

function bounds({ min, max }: Bounded, size: number, what: string): string[] {
  return [
    ...(max !== undefined && size > max ? [`Member must ${what} less than or equal to ${max}`] : []),
    ...(min !== undefined && size < min ? [`Member must ${what} greater than or equal to ${min}`] : []),
  ];
}

/** All that is asked of each member of a list or a map. */
function wishes(rule: Rule): string {
  const own = keyWishes(rule);
  return own === '' ? 'Member must not be null' : `${own}, Member must not be null`;
}

function keyWishes(rule: Rule): string {
  switch (rule.is) {
    case 'choice':
      return `Member must satisfy enum value set: [${rule.of.join(', ')}]`;
    case 'number':
      return limits(rule, 'have value', rule.fraction ? 1 : 0).join(', ');
    case 'text':
      return [
        ...limits(rule, 'have length', 0),
        ...(rule.pattern === undefined
          ? []
          : [`Member must satisfy regular expression pattern: ${rule.pattern}`]),
      ].join(', ');
    case 'list':
    case 'map':
    case 'flag':
    case 'date':
    case 'bytes':
    case 'structure':
      return '';
  }
}

function limits({ min, max }: Bounded, what: string, digits: number): string[] {
  return [
    ...(max === undefined ? [] : [`Member must ${what} less than or equal to ${max.toFixed(digits)}`]),
    ...(min === undefined ? [] : [`Member must ${what} greater than or equal to ${min.toFixed(digits)}`]),
  ];
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known) return known;
  const made = inJavaScript(pattern);
  matchers.set(pattern, made);
  return made;
}

/** Java's patterns are taken as they are, but for classes of letters, which need the flag that takes less of the rest. */
function inJavaScript(pattern: string): RegExp {
  if (!pattern.includes('\\p{')) return new RegExp(`^(?:${pattern})$`);
  return new RegExp(
    `^(?:${pattern.replace(/\\([-=@:/])/g, (_, sign: string) => (sign === '-' ? '\\-' : sign))})$`,
    'u',
  );
}

function constraint(value: string, at: string, what: string): string {
  return `Value ${value} at '${at}' failed to satisfy constraint: ${what}`;
}

/** As Java shows it: `[a, b]`, `{a=b}`, and a number that may have a fraction with one. */
function shown(value: unknown, rule?: Rule): string {
  if (rule?.is === 'number' && rule.fraction && Number.isInteger(value)) return `${value}.0`;
  if (Array.isArray(value)) return `[${value.map((one) => shown(one)).join(', ')}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${key}=${shown(one, rule?.is === 'map' ? rule.value : undefined)}`)
    .join(', ')}}`;
}

/** As AWS's paths spell members: `FunctionName` is `functionName`, and `KMSKeyArn` `kMSKeyArn`. */
function camel(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As users meet it (public reports of the Java deserialiser's words; not among the recordings). */
function wrongType(value: unknown, wanted: string): ApiError {
  const kind = Array.isArray(value)
    ? 'START_ARRAY'
    : value === null
      ? 'NULL_VALUE'
      : typeof value === 'object'
        ? 'START_OBJECT'
        : typeof value === 'boolean'
          ? `${String(value).toUpperCase()}_VALUE`
          : `${(typeof value).toUpperCase()}_VALUE`;
  return new ApiError({
    status: 400,
    type: 'SerializationException',
    body: JSON.stringify({ Type: 'User', message: `${kind} can not be converted to ${wanted}` }),
  });
}
