import { expect, it } from 'vitest';
import { modelledMs } from './model.js';

it.each([
  ['no less than it took', 100, 1, 1769, 100],
  ['a full processor at 1,769 MB', 10, 10, 1769, 10],
  ['a fourteenth at 128 MB', 10, 10, 128, 138.203125],
  ['waiting does not grow', 200, 10, 128, 200],
])('%s', (_, wall, cpu, memory, expected) => {
  expect(modelledMs(wall, cpu, memory)).toBeCloseTo(expected, 6);
});
