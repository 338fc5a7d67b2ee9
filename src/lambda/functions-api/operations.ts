import { ACCESS_OPERATIONS } from './access-operations.js';
import { checkInput } from './check-input.js';
import { ApiError } from './errors.js';
import { FUNCTION_OPERATIONS } from './functions-operations.js';
import type { InputOf, OperationRule, Rule } from './rules.js';
import { RUNNING_OPERATIONS } from './running-operations.js';
import { SOURCE_OPERATIONS } from './sources-operations.js';

export const OPERATIONS = {
  ...FUNCTION_OPERATIONS,
  ...ACCESS_OPERATIONS,
  ...RUNNING_OPERATIONS,
  ...SOURCE_OPERATIONS,
};

export type OperationName = keyof typeof OPERATIONS;
export type Input<O extends OperationName> = InputOf<(typeof OPERATIONS)[O]>;

/** What a request asks for, not checked yet. */
export interface Asked {
  readonly operation: OperationName;
  readonly rule: OperationRule;
  /** From path and query. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly operation: OperationName;
  readonly rule: OperationRule;
  readonly path: RegExp;
  readonly members: readonly string[];
}

const ROUTES: readonly Route[] = Object.entries<OperationRule>(OPERATIONS)
  .map(([operation, rule]) => ({ operation: operation as OperationName, rule, ...pattern(rule.path) }))
  // Of two with the same path, the one that asks for something in the query is looked at first.
  .sort((a, b) => Number(b.rule.flag !== undefined) - Number(a.rule.flag !== undefined));

/** The operation of a path, which is still encoded, or undefined when there is none. */
export function findOperation(method: string, path: string, query: URLSearchParams): Asked | undefined {
  // Some clients end the paths of lists with a slash (the SDKs, by older models).
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  for (const { operation, rule, path: route, members } of ROUTES) {
    if (rule.method !== method || !flagged(rule, query)) continue;
    const match = route.exec(bare);
    if (!match) continue;
    const values: Record<string, unknown> = {};
    for (const [index, member] of members.entries())
      values[member] = fromText(rule.members[member]!, decoded(match[index + 1]!));
    for (const [member, name] of Object.entries(rule.query ?? {})) {
      if (!query.has(name)) continue;
      const of = rule.members[member]!;
      values[member] = of.is === 'list' ? query.getAll(name) : fromText(of, query.get(name)!);
    }
    return { operation, rule, values };
  }
  return undefined;
}

/** @throws ApiError in AWS's words when something of it cannot be used */
export function readInput<O extends OperationName>(
  { rule, values }: Asked,
  body: Readonly<Record<string, unknown>>,
): Input<O> {
  return checkInput(rule, { ...body, ...values }) as Input<O>;
}

/** The body's members. @throws ApiError when it is no JSON object */
export function readBodyMembers(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unreadable('Expected a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

/** botocore has the exception; its text is by analogy with that of a payload. */
function unreadable(why: string): ApiError {
  return new ApiError({
    status: 400,
    type: 'InvalidRequestContentException',
    body: JSON.stringify({ Type: 'User', message: `Could not parse request body into json: ${why}` }),
  });
}

function flagged({ flag }: OperationRule, query: URLSearchParams): boolean {
  if (flag === undefined) return true;
  const [name = '', value] = flag.split('=');
  return query.get(name) === value;
}

function pattern(path: string): { path: RegExp; members: readonly string[] } {
  const members: string[] = [];
  const text = path.replace(/\{(\w+)\}/g, (_, member: string) => {
    members.push(member);
    return '([^/]+)';
  });
  return { path: new RegExp(`^${text}$`), members };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Path and query have only text; a number or a flag in them is read as such. */
function fromText(rule: Rule, text: string): unknown {
  switch (rule.is) {
    case 'number':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      return text;
  }
}
