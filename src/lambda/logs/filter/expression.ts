import { readTest, type Test } from './comparison.js';
import type { Scanner } from './scanner.js';

/** Conditions joined by `&&`, which binds more strongly, and `||`; S tells what value a condition is about. */
export type Expression<S> =
  | { readonly is: 'and' | 'or'; readonly of: readonly Expression<S>[] }
  | { readonly is: 'condition'; readonly subject: S; readonly test: Test };

/** @param readSubject reads what a condition begins with */
export function readExpression<S>(scanner: Scanner, readSubject: (scanner: Scanner) => S): Expression<S> {
  return readJoined(scanner, '||', 'or', () =>
    readJoined(scanner, '&&', 'and', () => readCondition(scanner, readSubject)),
  );
}

function readJoined<S>(
  scanner: Scanner,
  operator: string,
  is: 'and' | 'or',
  readPart: () => Expression<S>,
): Expression<S> {
  const of = [readPart()];
  while (scanner.take(operator)) of.push(readPart());
  return of.length === 1 ? of[0]! : { is, of };
}

function readCondition<S>(scanner: Scanner, readSubject: (scanner: Scanner) => S): Expression<S> {
  if (scanner.take('(')) {
    const within = readExpression(scanner, readSubject);
    return scanner.take(')') ? within : scanner.fail();
  }
  const subject = readSubject(scanner);
  return { is: 'condition', subject, test: readTest(scanner) };
}

export function holds<S>(expression: Expression<S>, isTrue: (subject: S, test: Test) => boolean): boolean {
  switch (expression.is) {
    case 'condition':
      return isTrue(expression.subject, expression.test);
    case 'and':
      return expression.of.every((part) => holds(part, isTrue));
    case 'or':
      return expression.of.some((part) => holds(part, isTrue));
  }
}

export function testsOf<S>(expression: Expression<S>): readonly Test[] {
  return expression.is === 'condition' ? [expression.test] : expression.of.flatMap(testsOf);
}

export function subjectsOf<S>(expression: Expression<S>): readonly S[] {
  return expression.is === 'condition' ? [expression.subject] : expression.of.flatMap(subjectsOf);
}
