/**
 * Patterns of an event source's FilterCriteria (Lambda developer guide, invocation-eventfiltering; cases of
 * SNAP:event_source_mapping/test_lambda_integration_sqs#test_sqs_event_filter).
 */

type Data = unknown;
type Members = Readonly<Record<string, unknown>>;

/** Whether one of the patterns fits a queue's message; with none every message does. */
export function fitsQueueFilters(
  patterns: readonly string[],
  message: { readonly body: string } & Members,
): boolean {
  return patterns.length === 0 || patterns.some((pattern) => fitsMessage(JSON.parse(pattern), message));
}

/** The body counts as JSON where the pattern for it is an object, and as text where that is a list; they have to agree. */
function fitsMessage(pattern: Members, message: { readonly body: string } & Members): boolean {
  const wanted = pattern['body'];
  if (wanted === undefined) return fits(pattern, message);
  const parsed = parse(message.body);
  if (Array.isArray(wanted) === (parsed !== undefined)) return false;
  return fits(pattern, { ...message, body: parsed ?? message.body });
}

/** A pattern that CreateEventSourceMapping would refuse: why, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  const parsed = parse(pattern);
  return parsed === undefined || Array.isArray(parsed)
    ? `the pattern ${pattern} is no JSON object`
    : undefined;
}

function fits(pattern: Members, data: Data): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or')
      return Array.isArray(wanted) && wanted.some((one) => isMembers(one) && fits(one, data));
    const value = isMembers(data) ? data[name] : undefined;
    const there = isMembers(data) && Object.hasOwn(data, name);
    if (Array.isArray(wanted)) return wanted.some((rule) => fitsRule(rule, value, there));
    if (Array.isArray(value)) return value.some((one) => isMembers(wanted) && fits(wanted, one));
    // What asks only for what is not there fits something that is not there.
    return isMembers(wanted) && fits(wanted, value);
  });
}

function fitsRule(rule: unknown, value: Data, there: boolean): boolean {
  if (isMembers(rule)) {
    const exists = rule['exists'];
    if (typeof exists === 'boolean') return exists === (there && !isMembers(value));
  }
  if (!there) return false;
  if (Array.isArray(value)) return value.some((one) => fitsRule(rule, one, true));
  if (!isMembers(rule)) return rule === value;
  return Object.entries(rule).every(([operator, operand]) => fitsOperator(operator, operand, value));
}

function fitsOperator(operator: string, operand: unknown, value: Data): boolean {
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && texts(operand).some((one) => value.startsWith(one));
    case 'suffix':
      return typeof value === 'string' && texts(operand).some((one) => value.endsWith(one));
    case 'equals-ignore-case':
      return (
        typeof value === 'string' && texts(operand).some((one) => one.toLowerCase() === value.toLowerCase())
      );
    case 'anything-but':
      if (isMembers(operand)) return !fitsRule(operand, value, true);
      return !(Array.isArray(operand) ? operand : [operand]).includes(value);
    case 'numeric':
      return typeof value === 'number' && Array.isArray(operand) && fitsNumbers(operand, value);
    default:
      return false;
  }
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]` */
function fitsNumbers(bounds: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < bounds.length; at += 2) {
    const compare = COMPARE[String(bounds[at])];
    if (!compare?.(value, Number(bounds[at + 1]))) return false;
  }
  return bounds.length > 1;
}

function texts(operand: unknown): string[] {
  return (Array.isArray(operand) ? operand : [operand]).filter(
    (one): one is string => typeof one === 'string',
  );
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object or a list: a text such as `1` is a text. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
