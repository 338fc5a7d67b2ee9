import { expect, it } from 'vitest';
import { builtLine } from './tell.js';

it.each([
  [{ path: 'One/Hello', seconds: 2, others: 0, bytes: 1 }, 'One/Hello: built in 2.0 s (1 KB)'],
  [
    { path: 'One/Fns/a', seconds: 0.44, others: 1, bytes: 999 * 1024 },
    'One/Fns/a: built in 0.4 s, in one run with 1 other (999 KB)',
  ],
  [
    { path: 'One/Fns/a', seconds: 61.25, others: 9, bytes: 5.5 * 1024 * 1024 },
    'One/Fns/a: built in 61.3 s, in one run with 9 others (5.5 MB)',
  ],
])('%o', (built, line) => {
  expect(builtLine(built)).toBe(line);
});
