import { fieldsMatcher } from './fields.js';
import { jsonMatcher } from './json.js';
import { PatternFault } from './scanner.js';
import { termsMatcher } from './terms.js';

/** Whether a log event, by its message, is one that the pattern is for. */
export type Matcher = (message: string) => boolean;

/** What is wrong with a pattern, in the words of CloudWatch Logs (tests/golden/logs-errors.json). */
export interface PatternProblem {
  readonly problem: string;
}

/**
 * The filter patterns of FilterLogEvents and StartLiveTail, whole: terms, `{ JSON conditions }`, `[space, delimited,
 * fields]`, and regular expressions in each (CloudWatch Logs user guide, FilterAndPatternSyntax).
 */
export function parseFilterPattern(pattern: string): Matcher | PatternProblem {
  const text = pattern.trim();
  try {
    const matches = matcherOf(text);
    // The line feed that ends a message is not a part of what was said.
    return (message) => matches(message.endsWith('\n') ? message.slice(0, -1) : message);
  } catch (error) {
    if (error instanceof PatternFault) return { problem: error.message };
    throw error;
  }
}

function matcherOf(text: string): Matcher {
  if (text.startsWith('{')) return jsonMatcher(inside(text, '{', '}'));
  if (text.startsWith('[')) return fieldsMatcher(inside(text, '[', ']'));
  return termsMatcher(text);
}

function inside(text: string, open: string, close: string): string {
  if (text.length < 2 || !text.endsWith(close))
    throw new PatternFault(`If a filter pattern starts with '${open}' it must end with '${close}'`);
  return text.slice(1, -1);
}
