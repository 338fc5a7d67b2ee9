import { describe, expect, it } from 'vitest';
import { movedClock } from '../../../tests/support/moved-clock.js';
import { span } from '../../traces/spans.fixture.js';
import type { TraceNews } from '../events.js';
import { SETTLE_MS, type TraceBounds, TraceStore } from './trace-store.js';

const TRACE = '5759e988bd862e3fe1be46a994272793';
const INCOMING = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=aaaaaaaaaaaaaaaa';

function store(bounds: Partial<TraceBounds> = {}) {
  const clock = movedClock();
  const told: TraceNews[] = [];
  let ids = 0;
  const traces = new TraceStore({
    clock,
    bounds: { traces: 10, spansInTrace: 10, spans: 100, ...bounds },
    newSpanId: () => {
      ids += 1;
      return String(ids).padStart(16, 'f');
    },
    tell: (news) => told.push(news),
  });
  const header = (sampled?: 0 | 1) =>
    traces.newHeader('1'.repeat(40), sampled === undefined ? INCOMING : `${INCOMING};Sampled=${sampled}`);
  const end = (traceHeader: string, functionName = 'hello') =>
    traces.ended({
      functionName,
      requestId: 'id',
      arn: 'arn',
      traceHeader,
      startedAt: 0,
      endedAt: 1,
      result: { outcome: 'success' },
    });
  return { traces, clock, told, header, end };
}
const names = (news: readonly TraceNews[]) => news.map(({ spans }) => spans.map(({ name }) => name));

describe('a trace is told', () => {
  it('when its invocation is at rest, with what the function sent meanwhile', () => {
    const { traces, told, header, end } = store();
    const own = header();
    expect(own).toContain('Sampled=1');
    traces.begun(own);
    traces.received([span('1')]);
    end(own);
    expect(told).toEqual([]);
    traces.rested(own);
    expect(names(told)).toEqual([['1', 'hello']]);
    expect(told[0]).toMatchObject({ traceId: TRACE, function: 'hello', droppedSpans: 0 });
    expect(told[0]!.spans[1]).toMatchObject({ spanId: '1'.repeat(16), parentSpanId: 'aaaaaaaaaaaaaaaa' });
  });

  it('a moment after its end where the function does not come to rest', () => {
    const { traces, clock, told, header, end } = store();
    const own = header();
    traces.begun(own);
    end(own);
    clock.move(SETTLE_MS - 1);
    expect(told).toEqual([]);
    clock.move(1);
    expect(names(told)).toEqual([['hello']]);
  });

  it('once more, whole, when something comes late', () => {
    const { traces, clock, told, header, end } = store();
    const own = header();
    traces.begun(own);
    end(own);
    traces.rested(own);
    traces.received([span('7')]);
    clock.move(SETTLE_MS);
    expect(names(told)).toEqual([['hello'], ['hello', '7']]);
    clock.move(10 * SETTLE_MS);
    expect(told).toHaveLength(2);
  });

  it('not before the last of its invocations is over', () => {
    const { traces, clock, told, header, end } = store();
    const [one, two] = [header(), traces.newHeader('2'.repeat(40), INCOMING)];
    traces.begun(one);
    traces.begun(two);
    end(two, 'inner');
    traces.rested(two);
    clock.move(SETTLE_MS);
    expect(told).toEqual([]);
    end(one, 'outer');
    traces.rested(one);
    expect(names(told)).toEqual([['inner', 'outer']]);
  });

  it('when only others send spans of it', () => {
    const { traces, clock, told } = store();
    traces.received([span('1')]);
    clock.move(SETTLE_MS);
    expect(told[0]).toMatchObject({ function: '' });
  });

  it('at the end of the service', () => {
    const { traces, told, header, end } = store();
    const own = header();
    traces.begun(own);
    end(own);
    traces.close();
    traces.close();
    expect(names(told)).toEqual([['hello']]);
  });
});

describe('an event that is tried again', () => {
  it('has an invocation for each attempt', () => {
    const { traces, told, header, end } = store();
    const own = header();
    for (const _ of [1, 2]) {
      traces.begun(own);
      end(own);
    }
    traces.rested(own);
    expect(names(told)).toEqual([['hello', 'hello']]);
  });
});

describe('what is not kept', () => {
  it('a trace that its caller does not sample', () => {
    const { traces, clock, told, header, end } = store();
    const own = header(0);
    expect(own).toContain('Sampled=0');
    traces.begun(own);
    expect(end(own)).toEqual([]);
    traces.rested(own);
    clock.move(SETTLE_MS);
    expect(told).toEqual([]);
  });

  it('more spans than a trace may have, which is said', () => {
    const { traces, clock, told } = store({ spansInTrace: 2 });
    expect(traces.received([span('1'), span('2'), span('3'), span('1')])).toBe(1);
    clock.move(SETTLE_MS);
    expect(told[0]).toMatchObject({ droppedSpans: 1 });
    expect(names(told)).toEqual([['1', '2']]);
  });

  it('the oldest of too many traces, or of too many spans, once they have been told', () => {
    const traceId = (digit: string) => digit.repeat(32);
    const of = (digit: string) => span(digit, undefined, { traceId: traceId(digit) });
    for (const bounds of [{ traces: 2 }, { spans: 2 }]) {
      const { traces, clock, told } = store(bounds);
      for (const digit of ['1', '2', '3', '4']) traces.received([of(digit)]);
      clock.move(SETTLE_MS);
      expect(new Set(told.map((news) => news.traceId))).toEqual(new Set(['1', '2', '3', '4'].map(traceId)));
      traces.received([span('9', undefined, { traceId: traceId('1') })]);
      clock.move(SETTLE_MS);
      expect(told.at(-1)!.spans).toHaveLength(1);
    }
  });
});
