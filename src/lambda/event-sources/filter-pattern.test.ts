import { describe, expect, it } from 'vitest';
import { fitsQueueFilters, patternProblem } from './filter-pattern.js';

const fits = (pattern: unknown, body: unknown) =>
  fitsQueueFilters([JSON.stringify(pattern)], {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    messageId: 'm1',
  });

describe('a filter of a queue', () => {
  // SNAP:event_source_mapping/test_lambda_integration_sqs#test_sqs_event_filter has these kinds.
  it.each([
    ['one of several words', { body: { testItem: ['test24', 'test'] } }, { testItem: 'test24' }, true],
    ['another word', { body: { testItem: ['test24'] } }, { testItem: 'test135' }, false],
    ['a plain text', { body: ['simple'] }, 'simple', true],
    ['another plain text', { body: ['simple'] }, 'complex', false],
    ['a text where JSON is asked for', { body: { a: ['b'] } }, 'b', false],
    ['null where JSON is asked for', { body: { a: [{ exists: false }] } }, 'null', false],
    ['JSON where a text is asked for', { body: ['{"a":"b"}'] }, { a: 'b' }, false],
    ['anything but', { body: { a: [{ 'anything-but': ['x', 'y'] }] } }, { a: 'z' }, true],
    ['anything but, not', { body: { a: [{ 'anything-but': ['x', 'y'] }] } }, { a: 'x' }, false],
    ['anything but a beginning', { body: { a: [{ 'anything-but': { prefix: 'x' } }] } }, { a: 'xy' }, false],
    ['there', { body: { a: [{ exists: true }] } }, { a: 1 }, true],
    ['there, not', { body: { a: [{ exists: true }] } }, { b: 1 }, false],
    ['not there', { body: { a: [{ exists: false }] } }, { b: 1 }, true],
    ['not there, deep', { body: { a: { b: [{ exists: false }] } } }, { c: 1 }, true],
    ['a range', { body: { n: [{ numeric: ['>', 0, '<', 100] }] } }, { n: 50 }, true],
    ['a range, not', { body: { n: [{ numeric: ['>', 0, '<', 100] }] } }, { n: 100 }, false],
    ['a number in a text', { body: { n: [{ numeric: ['=', 1] }] } }, { n: '1' }, false],
    ['a beginning', { body: { a: [{ prefix: 'us-1' }] } }, { a: 'us-1-48454' }, true],
    ['an end', { body: { a: [{ suffix: '.png' }] } }, { a: 'x.png' }, true],
    ['a word in any case', { body: { a: [{ 'equals-ignore-case': 'ABC' }] } }, { a: 'abc' }, true],
    ['null', { body: { a: [null] } }, { a: null }, true],
    ['nothing in it', { body: { a: [''] } }, { a: '' }, true],
    ['one of a list', { body: { a: ['x'] } }, { a: ['w', 'x'] }, true],
    ['this or that', { body: { $or: [{ a: ['1'] }, { b: ['2'] }] } }, { b: '2' }, true],
    ['neither this nor that', { body: { $or: [{ a: ['1'] }, { b: ['2'] }] } }, { b: '3' }, false],
    ['both members', { body: { a: ['1'], b: ['2'] } }, { a: '1' }, false],
    ['what the message has beside its body', { messageId: ['m1'] }, 'anything', true],
  ])('%s', (_what, pattern, body, expected) => {
    expect(fits(pattern, body)).toBe(expected);
  });

  it('takes all without one, and what one of several wants', () => {
    expect(fitsQueueFilters([], { body: 'x' })).toBe(true);
    expect(fitsQueueFilters(['{"body":["a"]}', '{"body":["b"]}'], { body: 'b' })).toBe(true);
  });

  it('has to be a JSON object', () => {
    expect(patternProblem('{"body":["a"]}')).toBeUndefined();
    expect(patternProblem('[1]')).toContain('is no JSON object');
    expect(patternProblem('{')).toContain('is no JSON object');
  });
});
