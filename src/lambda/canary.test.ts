import { describe, expect, it } from 'vitest';
import { parseCanary } from './canary.js';

describe('the steps of a canary', () => {
  it.each([
    ['10%/5m', [{ weight: 0.1, seconds: 300 }]],
    [
      '5%/90s, 25%/2m,50%/1h',
      [
        { weight: 0.05, seconds: 90 },
        { weight: 0.25, seconds: 120 },
        { weight: 0.5, seconds: 3_600 },
      ],
    ],
    ['0.5%/30', [{ weight: 0.005, seconds: 30 }]],
  ])('%s', (written, steps) => {
    expect(parseCanary(written)).toEqual(steps);
  });

  it.each([
    '',
    '10%',
    '5m',
    '10/5m',
    '100%/5m',
    '0%/5m',
    '0.01%/5m',
    '10%/0m',
    '20%/1m,10%/1m',
    '10%/1m,10%/1m',
    '10%/5d',
  ])('refuses %j', (written) => {
    expect(parseCanary(written)).toBeUndefined();
  });
});
