import { describe, expect, it } from 'vitest';
import { breachOf, type Look } from './canary-health.js';

const look = (change: Partial<Look>): Look => ({
  alarms: [],
  before: { invocations: 900, errors: 0, p99Ms: 100 },
  after: { invocations: 100, errors: 0, p99Ms: 100 },
  ...change,
});

describe('a new version', () => {
  it.each<[string, Partial<Look>]>([
    ['that does as well', {}],
    ['without traffic', { after: { invocations: 0, errors: 0 } }],
    ['with a single error', { after: { invocations: 3, errors: 1, p99Ms: 100 } }],
    [
      'whose errors are as frequent',
      { before: { invocations: 900, errors: 18 }, after: { invocations: 100, errors: 3 } },
    ],
    ['that is a little slower', { after: { invocations: 100, errors: 0, p99Ms: 200 } }],
    ['that was slow in a few calls', { after: { invocations: 19, errors: 0, p99Ms: 900 } }],
    [
      'with alarms that are quiet, or have no data',
      {
        alarms: [
          { name: 'a', state: 'OK', reason: '' },
          { name: 'b', state: 'INSUFFICIENT_DATA', reason: '' },
        ],
      },
    ],
  ])('%s stays', (_, change) => {
    expect(breachOf(look(change))).toBeUndefined();
  });

  it.each<[string, Partial<Look>, RegExp]>([
    [
      'an alarm',
      { alarms: [{ name: 'p99', state: 'ALARM', reason: 'Threshold Crossed' }] },
      /alarm p99 is in ALARM: Threshold/,
    ],
    [
      'two errors where there were none',
      { after: { invocations: 100, errors: 2 } },
      /2 of 100 .* failed, 0 of 900/,
    ],
    ['errors that are counted first', { after: { invocations: 0, errors: 2 } }, /2 of 0/],
    [
      'clearly more errors',
      { before: { invocations: 900, errors: 9 }, after: { invocations: 100, errors: 4 } },
      /4 of 100/,
    ],
    [
      'a version that is much slower',
      { after: { invocations: 100, errors: 0, p99Ms: 201 } },
      /99th percentile is 201 ms, the old one's 100 ms/,
    ],
  ])('%s ends it', (_, change, why) => {
    expect(breachOf(look(change))).toMatch(why);
  });
});
