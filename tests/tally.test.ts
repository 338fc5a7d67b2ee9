import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/package-root.js';

// How ./test counts: a suite that silently ran nothing must never look green.
const { ofVitest, add, closingLine } = await import(
  pathToFileURL(join(packageRoot(), 'scripts/testing/tally.js')).href
);

const file = (status: 'passed' | 'failed', ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('what a vitest run amounts to', () => {
  it.each([
    ['passed and skipped', [file('passed', 'passed', 'passed', 'skipped', 'todo')], 0, [2, 0, 2]],
    ['a failed test', [file('failed', 'passed', 'failed')], 1, [1, 1, 0]],
    ['a file that cannot be loaded', [file('passed', 'passed'), file('failed')], 1, [1, 1, 0]],
    ['a file whose hook failed', [file('failed', 'skipped'), file('passed', 'passed')], 1, [1, 1, 1]],
    ['an error outside of any test', [file('passed', 'passed')], 1, [1, 1, 0]],
    ['no test at all', [], 0, [0, 1, 0]],
    ['nothing but skipped tests', [file('passed', 'skipped')], 0, [0, 1, 1]],
  ])('%s', (_, testResults, exitCode, [passed, failed, skipped]) => {
    expect(ofVitest({ testResults }, exitCode)).toEqual({ passed, failed, skipped });
  });

  it('no report', () => {
    expect(ofVitest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

it('adds up, and names what was skipped only when something was', () => {
  const sum = add({ passed: 1, failed: 2, skipped: 0 }, { passed: 10, failed: 0, skipped: 3 });
  expect(closingLine(sum)).toBe('11 passed, 2 failed, 3 skipped');
  expect(closingLine({ passed: 4, failed: 0, skipped: 0 })).toBe('4 passed, 0 failed');
});
