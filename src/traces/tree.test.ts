import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceSpans, traceIdOf } from './service-spans.js';
import { span } from './spans.fixture.js';
import { treeOf } from './tree.js';

const HEADER = 'Root=1-5759E988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const drawn = (rows: ReturnType<typeof treeOf>) =>
  rows.map(({ span: { name }, branches }) => branches.map((more) => (more ? '|' : '.')).join('') + name);

describe('a tree of spans', () => {
  it('has each below its parent, in the order of their beginning', () => {
    const spans = [
      span('c', 'a', { startMs: 5 }),
      span('d', 'b', { startMs: 3 }),
      span('b', 'a', { startMs: 2 }),
      span('a'),
    ];
    expect(drawn(treeOf(spans))).toEqual(['a', '|b', '|.d', '.c']);
  });

  it('marks a span whose parent is not there', () => {
    expect(treeOf([span('b', 'a'), span('c')]).map(({ isOrphan }) => isOrphan)).toEqual([true, false]);
  });

  it('has a row for every span, whatever they say of each other', () => {
    const id = fc.integer({ min: 1, max: 12 }).map(String);
    const some = fc.array(fc.tuple(id, fc.option(id, { nil: undefined }), fc.nat(9)), { maxLength: 20 });
    fc.assert(
      fc.property(some, (all) => {
        const rows = treeOf(all.map(([own, parent, startMs]) => span(own, parent, { startMs })));
        const names = rows.map(({ span: { spanId } }) => spanId);
        expect(new Set(names).size).toBe(names.length);
        expect(new Set(names)).toEqual(new Set(all.map(([own]) => own.padStart(16, '0'))));
      }),
    );
  });

  it('is as deep as it is', () => {
    const chain = Array.from({ length: 5_000 }, (_, at) =>
      span(String(at + 1), at === 0 ? undefined : String(at)),
    );
    expect(treeOf(chain).at(-1)?.branches).toHaveLength(4_999);
  });
});

describe("the service's own spans", () => {
  const facts = {
    functionName: 'hello',
    requestId: 'id',
    arn: 'arn',
    traceHeader: HEADER,
    startedAt: 1_000,
    endedAt: 1_010,
  };

  it("are the invocation, which is what the function's spans lie under, and its init", () => {
    const [invocation, init] = serviceSpans(
      { ...facts, initMs: 40, result: { outcome: 'success' }, caller: 'aaaaaaaaaaaaaaaa' },
      () => 'bbbbbbbbbbbbbbbb',
    );
    expect(invocation).toMatchObject({
      traceId: '5759e988bd862e3fe1be46a994272793',
      spanId: '53995c3f42cd8ad8',
      parentSpanId: 'aaaaaaaaaaaaaaaa',
      startMs: 960,
      endMs: 1_010,
      status: 'unset',
    });
    expect(init).toMatchObject({ parentSpanId: '53995c3f42cd8ad8', startMs: 960, endMs: 1_000 });
  });

  it('tell how it failed', () => {
    const result = { outcome: 'error', errorType: 'Runtime.ExitError' } as const;
    const spans = serviceSpans({ ...facts, result }, () => '');
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ status: 'error', statusMessage: 'Runtime.ExitError' });
  });

  it("have the trace's id as W3C writes it", () => {
    expect(traceIdOf(HEADER)).toBe('5759e988bd862e3fe1be46a994272793');
    expect(traceIdOf('Root=nonsense')).toBeUndefined();
  });
});
