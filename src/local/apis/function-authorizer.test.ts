import { expect, it } from 'vitest';
import type { AuthorizerResult } from '../../lambda/api-gateway/authorizer-answer.js';
import { AuthorizerCache } from './function-authorizer.js';

const answered = (value: string): Promise<AuthorizerResult> => Promise.resolve({ kind: 'answered', value });

it('keeps an answer until its time is over', () => {
  const cache = new AuthorizerCache();
  const one = answered('one');
  cache.put('a', 100, one);
  expect(cache.get('a', 99)).toBe(one);
  expect(cache.get('a', 100)).toBeUndefined();
});

it('keeps so many and no more: the oldest goes, and one that came again is not old', () => {
  const cache = new AuthorizerCache(2);
  for (const key of ['a', 'b', 'a', 'c']) cache.put(key, 100, answered(key));
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 0) !== undefined)).toEqual([true, false, true]);
});

it('forgets a failure, but not what was answered after it', async () => {
  const cache = new AuthorizerCache();
  const failure: Promise<AuthorizerResult> = Promise.resolve({ kind: 'failed', message: 'no' });
  cache.put('a', 100, failure);
  cache.put('b', 100, failure);
  const later = answered('later');
  cache.put('b', 100, later);
  await failure;
  expect([cache.get('a', 0), cache.get('b', 0)]).toEqual([undefined, later]);
});
