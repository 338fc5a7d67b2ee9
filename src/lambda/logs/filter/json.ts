import { passes, type Test, tooManyRegexes } from './comparison.js';
import { holds, readExpression, testsOf } from './expression.js';
import { Scanner } from './scanner.js';

/** `$.users[0].name`: names and positions on the way from the root. */
type Selector = readonly (string | number)[];

/** `{ $.level = "ERROR" && ($.latency > 500 || $.user NOT EXISTS) }`, without its braces. */
export function jsonMatcher(text: string): (message: string) => boolean {
  const scanner = new Scanner(text);
  const expression = readExpression(scanner, readSelector);
  if (!scanner.ended || tooManyRegexes(testsOf(expression))) return scanner.fail();
  return (message) => {
    const value = parsed(message);
    return value !== undefined && holds(expression, (selector, test) => isTrue(value, selector, test));
  };
}

function readSelector(scanner: Scanner): Selector {
  const text = scanner.match(/\$(?:\.[\w-]+|\[\d+\])+/y);
  if (text === undefined) return scanner.fail();
  const steps = text.match(/[\w-]+(?=[.[]|$)|\[\d+\]/g) ?? [];
  return steps.map((step) => (step.startsWith('[') ? Number(step.slice(1, -1)) : step));
}

/** "The selector must point to a value node; if it points to an array or object, the filter is not applied." */
function isTrue(root: object, selector: Selector, test: Test): boolean {
  const value = selected(root, selector);
  if (value === undefined) return test.is === 'missing';
  if (value === null) return test.is === 'null';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return passes(test, value);
}

function selected(root: object, selector: Selector): unknown {
  let value: unknown = root;
  for (const step of selector) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

function parsed(message: string): object | undefined {
  // Most lines are text: they are told by their first character, without the cost of a failing parse.
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}
