import { passes, type Test, tooManyRegexes } from './comparison.js';
import { type Expression, holds, readExpression, subjectsOf, testsOf } from './expression.js';
import { Scanner } from './scanner.js';

/** One field: what its condition says of it, if anything; or any number of them. */
type Field = { readonly is: 'one'; readonly condition?: Expression<string> } | { readonly is: 'any-number' };

/** `[ip, user, ..., status = 4*, bytes > 1000]`, without its brackets. */
export function fieldsMatcher(text: string): (message: string) => boolean {
  const fields = readFields(new Scanner(text));
  const gap = fields.findIndex(({ is }) => is === 'any-number');
  const before = gap === -1 ? fields : fields.slice(0, gap);
  const after = gap === -1 ? [] : fields.slice(gap + 1);
  return (message) => {
    const words = wordsOf(message);
    const missing = before.length + after.length - words.length;
    if (gap === -1 ? missing !== 0 : missing > 0) return false;
    return (
      before.every((field, index) => fits(field, words[index]!)) &&
      after.every((field, index) => fits(field, words[words.length - after.length + index]!))
    );
  };
}

function readFields(scanner: Scanner): Field[] {
  const fields: Field[] = [];
  do {
    fields.push(readField(scanner));
  } while (scanner.take(','));
  const tests = fields.flatMap((field) =>
    field.is === 'one' && field.condition ? testsOf(field.condition) : [],
  );
  const gaps = fields.filter(({ is }) => is === 'any-number').length;
  return scanner.ended && gaps <= 1 && !tooManyRegexes(tests) ? fields : scanner.fail();
}

function readField(scanner: Scanner): Field {
  if (scanner.take('...') || scanner.take('…')) return { is: 'any-number' };
  if (scanner.ended || scanner.sees(',')) return { is: 'one' };
  // A name alone, or a name that a condition begins with.
  if (scanner.match(/[\w-]+(?=\s*(?:,|$))/y) !== undefined) return { is: 'one' };
  const condition = readExpression(scanner, readName);
  // A condition on another field belongs there (github.com/awsdocs/amazon-cloudwatch-logs-user-guide/issues/21).
  if (new Set(subjectsOf(condition)).size > 1) return scanner.fail();
  return { is: 'one', condition };
}

function readName(scanner: Scanner): string {
  return scanner.match(/[\w-]+/y) ?? scanner.fail();
}

function fits(field: Field, word: string): boolean {
  if (field.is === 'any-number' || !field.condition) return true;
  return holds(field.condition, (_name, test) => passes(test, valueFor(test, word)));
}

/** A word is a number where it is compared with one. */
function valueFor(test: Test, word: string): string | number {
  const numeric = test.is === 'ordered' || (test.is === 'equal' && test.to.is === 'number');
  return numeric && word !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
}

/** "The characters between a pair of square brackets or two double quotes are treated as a single field" (user guide). */
function wordsOf(message: string): string[] {
  return [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|\S+/g)].map(
    ([whole, bracketed, quoted]) => bracketed ?? quoted ?? whole,
  );
}
