import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answeredTrace, eventTrace, parseTraceHeader, TRACE_HEX_DIGITS, traceHeader } from './trace.js';

const HEX = '0123456789abcdef01234567fedcba9876543210';
const NOW = Date.UTC(2026, 0, 1);
const ROOT = '1-67891233-abcdef012345678912345678';

it.each([
  ['none', undefined, 'Root=1-6955b900-0123456789abcdef01234567;Parent=fedcba9876543210;Sampled=0'],
  ['a root', `Root=${ROOT}`, `Root=${ROOT};Parent=fedcba9876543210;Sampled=0`],
  [
    'a sampled trace',
    `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`,
    `Root=${ROOT};Parent=fedcba9876543210;Sampled=1`,
  ],
  ['blanks and other cases', ` root=${ROOT} ; SAMPLED=1`, `Root=${ROOT};Parent=fedcba9876543210;Sampled=1`],
  ['an open decision', `Root=${ROOT};Sampled=?`, `Root=${ROOT};Parent=fedcba9876543210;Sampled=0`],
  [
    'nonsense',
    'hello;=;Root=x',
    'Root=1-6955b900-0123456789abcdef01234567;Parent=fedcba9876543210;Sampled=0',
  ],
])('continues %s', (_, incoming, header) => {
  expect(traceHeader(NOW, HEX, incoming)).toBe(header);
});

it('is answered with its names in lower case', () => {
  expect(answeredTrace(`Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`)).toBe(
    `root=${ROOT};parent=53995c3f42cd8ad8;sampled=1`,
  );
});

it.each([
  ['a root alone', undefined, `Root=${ROOT}`],
  ['a root alone', 'nonsense', `Root=${ROOT}`],
  ['what the client sent', `Self=1-2-3;Root=${ROOT};Sampled=1`, `Self=1-2-3;Root=${ROOT};Sampled=1`],
])('is in an event %s', (_, incoming, header) => {
  expect(eventTrace(`Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`, incoming)).toBe(header);
});

it('reads the parts of a header', () => {
  expect(parseTraceHeader(`Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:2`)).toEqual({
    root: ROOT,
    parent: '53995c3f42cd8ad8',
    sampled: false,
  });
});

it('is well-formed whatever came in', () => {
  expect(HEX).toHaveLength(TRACE_HEX_DIGITS);
  fc.assert(
    fc.property(fc.nat({ max: 4e12 }), fc.string(), (nowMs, incoming) => {
      expect(traceHeader(nowMs, HEX, incoming)).toMatch(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/,
      );
    }),
  );
});
