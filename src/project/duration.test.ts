import { expect, it } from 'vitest';
import { secondsOf } from './duration.js';

it.each([
  ['10m', 600],
  ['90s', 90],
  ['1.5h', 5_400],
  ['500ms', 0.5],
  ['2d', 172_800],
  ['30', 30],
  [' 5 s ', 5],
  ['0', 0],
  ['', undefined],
  ['m', undefined],
  ['-1s', undefined],
  ['1 minute', undefined],
  ['1s2', undefined],
])('%s', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});
