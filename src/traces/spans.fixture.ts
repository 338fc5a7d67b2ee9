import fc from 'fast-check';
import { type Attributes, type AttributeValue, SPAN_KINDS, type Span, STATUS_CODES } from './span.js';

const hexDigits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''))
    .filter((hex) => !/^0+$/.test(hex));

/** Whole milliseconds: what a double keeps of nanoseconds is tested by itself. */
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.maxSafeInteger(),
    fc.constantFrom(0.5, -1.25, 1e300),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const attributes: fc.Arbitrary<Attributes> = fc.dictionary(fc.string(), value, {
  maxKeys: 4,
  noNullPrototype: true,
});

export const anySpan: fc.Arbitrary<Span> = fc
  .record({
    traceId: hexDigits(32),
    spanId: hexDigits(16),
    parentSpanId: fc.option(hexDigits(16), { nil: undefined }),
    name: fc.string(),
    kind: fc.constantFrom(...SPAN_KINDS),
    startMs: time,
    length: fc.integer({ min: 0, max: 1_000_000 }),
    status: fc.constantFrom(...STATUS_CODES),
    statusMessage: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    attributes,
    events: fc.array(fc.record({ name: fc.string(), timeMs: time, attributes }), { maxLength: 2 }),
    service: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ length, ...span }) => ({ ...span, endMs: span.startMs + length }));

export function span(spanId: string, parentSpanId?: string, change: Partial<Span> = {}): Span {
  return {
    traceId: '5759e988bd862e3fe1be46a994272793',
    spanId: spanId.padStart(16, '0'),
    parentSpanId: parentSpanId?.padStart(16, '0'),
    name: spanId,
    kind: 'internal',
    startMs: 0,
    endMs: 1,
    status: 'unset',
    attributes: {},
    events: [],
    ...change,
  };
}
