import { parseRegex } from './regex.js';
import { badTerm, type Scanner } from './scanner.js';

/** What a condition says of a value. */
export type Test =
  | { readonly is: 'null' | 'true' | 'false' | 'missing' }
  | { readonly is: 'equal'; readonly to: Literal; readonly negated: boolean }
  | { readonly is: 'ordered'; readonly by: '<' | '<=' | '>' | '>='; readonly to: number };

export type Literal =
  | { readonly is: 'number'; readonly value: number; readonly text: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'regex'; readonly matches: (text: string) => boolean };

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** "Strings with characters such as '@', '$' and '\' must be enclosed in double quotes" (user guide). */
const UNQUOTED = /^[\w.*:+/#;~-]+$/;

const WORDS: readonly [RegExp, Test][] = [
  [/IS\s+NULL\b/iy, { is: 'null' }],
  [/IS\s+TRUE\b/iy, { is: 'true' }],
  [/IS\s+FALSE\b/iy, { is: 'false' }],
  [/NOT\s+EXISTS\b/iy, { is: 'missing' }],
];

export function readTest(scanner: Scanner): Test {
  for (const [words, test] of WORDS) if (scanner.match(words) !== undefined) return test;
  const operator = scanner.match(/!=|<=|>=|=|<|>/y);
  const to = readLiteral(scanner);
  switch (operator) {
    case '=':
    case '!=':
      return { is: 'equal', to, negated: operator === '!=' };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return to.is === 'number' ? { is: 'ordered', by: operator, to: to.value } : scanner.fail();
    default:
      return scanner.fail();
  }
}

function readLiteral(scanner: Scanner): Literal {
  const regex = scanner.regex();
  if (regex !== undefined) return { is: 'regex', matches: parseRegex(regex) };
  const quoted = scanner.quoted();
  if (quoted !== undefined) return { is: 'text', text: quoted };
  const text = scanner.match(/[^\s,&|()"%]+/y);
  if (text === undefined) return scanner.fail();
  if (!UNQUOTED.test(text)) throw badTerm(text);
  return NUMBER.test(text) ? { is: 'number', value: Number(text), text } : { is: 'text', text };
}

/** Whether a value passes; there is a value, and it is neither object nor list. */
export function passes(test: Test, value: string | number | boolean): boolean {
  switch (test.is) {
    case 'null':
    case 'missing':
      return false;
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'equal':
      return isEqual(value, test.to) !== test.negated;
    case 'ordered':
      return typeof value === 'number' && isOrdered(value, test.by, test.to);
  }
}

function isEqual(value: string | number | boolean, to: Literal): boolean {
  switch (to.is) {
    case 'number':
      return typeof value === 'number' ? value === to.value : String(value) === to.text;
    case 'text':
      return isLike(String(value), to.text);
    case 'regex':
      return to.matches(String(value));
  }
}

/** An asterisk at the beginning or the end stands for any text; within it is itself (user guide: `Ev*ent`). */
function isLike(value: string, text: string): boolean {
  const open = text.startsWith('*');
  const rest = open ? text.slice(1) : text;
  const openEnd = rest.endsWith('*');
  const core = openEnd ? rest.slice(0, -1) : rest;
  if (open && (openEnd || core === '')) return value.includes(core);
  if (open) return value.endsWith(core);
  return openEnd ? value.startsWith(core) : value === core;
}

function isOrdered(value: number, by: '<' | '<=' | '>' | '>=', to: number): boolean {
  switch (by) {
    case '<':
      return value < to;
    case '<=':
      return value <= to;
    case '>':
      return value > to;
    case '>=':
      return value >= to;
  }
}

/** "There is a limit of 2 regex for each delimited or JSON filter pattern" (user guide). */
export function tooManyRegexes(tests: readonly Test[]): boolean {
  return tests.filter((test) => test.is === 'equal' && test.to.is === 'regex').length > 2;
}
