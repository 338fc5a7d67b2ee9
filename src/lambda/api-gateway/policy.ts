/** The policy that a Lambda authorizer returns, as far as it decides one request (IAM user guide, "Policy evaluation logic"). */
import { isObject } from '../proxy-response.js';

export type Verdict = 'allowed' | 'denied' | 'not-mentioned';

const ACTION = 'execute-api:Invoke';

/** @returns undefined for what is no policy */
export function evaluatePolicy(document: unknown, resource: string): Verdict | undefined {
  if (!isObject(document)) return undefined;
  const statements = listOf(document['Statement']);
  if (statements.length === 0) return undefined;
  let verdict: Verdict = 'not-mentioned';
  for (const statement of statements) {
    if (!isObject(statement)) return undefined;
    const effect = statement['Effect'];
    if (effect !== 'Allow' && effect !== 'Deny') return undefined;
    if (!isAbout(statement, resource)) continue;
    if (effect === 'Deny') return 'denied';
    // What a condition asks is not known here: it is not taken for granted.
    if (statement['Condition'] === undefined) verdict = 'allowed';
  }
  return verdict;
}

function isAbout(statement: Readonly<Record<string, unknown>>, resource: string): boolean {
  const among = (member: string, value: string) =>
    listOf(statement[member]).some((pattern) => matches(String(pattern), value));
  // Actions are compared without regard to case (IAM user guide, "Action").
  const lower = (member: string) =>
    listOf(statement[member]).some((pattern) => matches(String(pattern).toLowerCase(), ACTION.toLowerCase()));
  const action = statement['NotAction'] === undefined ? lower('Action') : !lower('NotAction');
  const about =
    statement['NotResource'] === undefined ? among('Resource', resource) : !among('NotResource', resource);
  return action && about;
}

/** A `*` stands for any text, a `?` for any one character. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
