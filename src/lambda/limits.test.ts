import { expect, it } from 'vitest';
import { initLimitMs } from './limits.js';

it.each([
  ['on-demand', 3_000, 10_000],
  ['on-demand', 900_000, 10_000],
  ['provisioned-concurrency', 3_000, 130_000],
  ['provisioned-concurrency', 900_000, 900_000],
  ['lambda-managed-instances', 3_000, 130_000],
])('%s, with a timeout of %i ms, may initialise for %i ms', (type, timeoutMs, limit) => {
  expect(initLimitMs(type, timeoutMs)).toBe(limit);
});
