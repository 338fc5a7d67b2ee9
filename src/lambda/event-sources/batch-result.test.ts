import { describe, expect, it } from 'vitest';
import { batchResult } from './batch-result.js';

const IDS = ['m1', 'm2', 'm3'];

describe('what a function reports of its batch', () => {
  it.each([
    ['null'],
    [''],
    ['""'],
    ['[]'],
    ['{}'],
    ['{"batchItemFailures":null}'],
    ['{"batchItemFailures":[]}'],
  ])('%s: all of it succeeded', (payload) => {
    expect(batchResult(payload, IDS)).toEqual({ kind: 'all-succeeded' });
  });

  it('names those that failed', () => {
    const payload = JSON.stringify({
      batchItemFailures: [{ itemIdentifier: 'm3' }, { itemIdentifier: 'm1' }],
    });
    expect(batchResult(payload, IDS)).toEqual({ kind: 'some-failed', failed: new Set(['m1', 'm3']) });
  });

  it.each([
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', 'missing or empty'],
    ['{"batchItemFailures":[{"itemIdentifier":null}]}', 'missing or empty'],
    ['{"batchItemFailures":[{}]}', 'missing or empty'],
    ['{"batchItemFailures":[null]}', 'missing or empty'],
    ['{"batchItemFailures":[{"itemIdentifier":"m9"}]}', "'m9' is not in the batch"],
    ['{"batchItemFailures":"m1"}', 'no list'],
    ['{"failures":[]}', 'without batchItemFailures'],
    ['(?', 'not JSON'],
    ['"done"', 'returned "done"'],
    ['[1]', 'a list'],
  ])('%s: all of it failed', (payload, why) => {
    const result = batchResult(payload, IDS);
    expect(result).toMatchObject({ kind: 'all-failed' });
    expect(result.kind === 'all-failed' && result.why).toContain(why);
  });
});
