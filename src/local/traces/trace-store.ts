import { parseTraceHeader, traceHeader } from '../../lambda/trace.js';
import { type InvocationFacts, serviceSpans, traceIdOf } from '../../traces/service-spans.js';
import type { Span } from '../../traces/span.js';
import type { Clock } from '../clock.js';
import type { TraceNews } from '../events.js';

/** How long a trace is left alone before it is told, in milliseconds: whoever exports in batches sends a little later. */
export const SETTLE_MS = 300;

/** What is kept for spans that come late. What is more is forgotten, the oldest trace first. */
export interface TraceBounds {
  readonly traces: number;
  readonly spansInTrace: number;
  readonly spans: number;
}
export const TRACE_BOUNDS: TraceBounds = { traces: 500, spansInTrace: 2_000, spans: 50_000 };

/** Callers' spans that wait for the invocation that they lead to. */
const MOST_CALLERS = 10_000;

interface OpenTrace {
  readonly traceId: string;
  readonly spans: Map<string, Span>;
  functionName: string;
  /** Invocations that have begun and not ended. */
  running: number;
  /** Whether something has come since it was told. */
  changed: boolean;
  /** Spans that there was no room for. */
  dropped: number;
  cancel: (() => void) | undefined;
}

export interface TraceServices {
  readonly clock: Clock;
  readonly bounds: TraceBounds;
  /** 16 random hexadecimal digits. */
  readonly newSpanId: () => string;
  readonly tell: (news: TraceNews) => void;
}

/**
 * Puts together what functions send and what the service knows. A trace is told when its last invocation is at rest,
 * or a moment after the last that came of it; and once more, whole, when something comes late.
 */
export class TraceStore {
  /** The oldest first. */
  private readonly traces = new Map<string, OpenTrace>();
  /** The spans that led to an invocation, by the invocation's own. */
  private readonly callers = new Map<string, string>();
  private spans = 0;

  constructor(private readonly services: TraceServices) {}

  /** The header of a new invocation: sampled, unless who sent one said otherwise. */
  newHeader(randomHex: string, incoming: string | undefined): string {
    const header = traceHeader(this.services.clock.now(), randomHex, incoming, true);
    const caller = incoming === undefined ? undefined : parseTraceHeader(incoming).parent;
    if (caller !== undefined) {
      this.callers.set(ownSpan(header), caller.toLowerCase());
      if (this.callers.size > MOST_CALLERS) this.callers.delete(first(this.callers)!);
    }
    return header;
  }

  /** @returns how many there was no room for */
  received(spans: readonly Span[]): number {
    const touched = new Set<OpenTrace>();
    let dropped = 0;
    for (const span of spans) {
      const trace = this.open(span.traceId);
      touched.add(trace);
      dropped += this.add(trace, span) ? 0 : 1;
    }
    for (const trace of touched) this.settle(trace);
    return dropped;
  }

  begun(header: string): void {
    const traceId = sampledTrace(header);
    if (traceId !== undefined) this.open(traceId).running += 1;
  }

  ended(facts: Omit<InvocationFacts, 'caller'>): Span[] {
    const traceId = sampledTrace(facts.traceHeader);
    if (traceId === undefined) return [];
    const own = ownSpan(facts.traceHeader);
    const trace = this.open(traceId);
    trace.running = Math.max(0, trace.running - 1);
    trace.functionName ||= facts.functionName;
    const spans = serviceSpans({ ...facts, caller: this.callers.get(own) }, this.services.newSpanId);
    const [invocation, ...others] = spans;
    if (!invocation) return [];
    // An event that is tried again has the header of the first time: its invocations stand beside each other.
    const again = trace.spans.has(invocation.spanId);
    const told = [again ? { ...invocation, spanId: this.services.newSpanId() } : invocation, ...others];
    for (const span of told) this.add(trace, span);
    this.settle(trace);
    return told;
  }

  /** The function asks for more: it has sent what it wanted to. */
  rested(header: string): void {
    const trace = this.traces.get(sampledTrace(header) ?? '');
    if (trace?.changed && trace.running === 0) this.tell(trace);
  }

  /** Tells what has not been told. */
  close(): void {
    for (const trace of this.traces.values()) if (trace.changed) this.tell(trace);
    for (const { cancel } of this.traces.values()) cancel?.();
    this.traces.clear();
  }

  private add(trace: OpenTrace, span: Span): boolean {
    trace.changed = true;
    if (!trace.spans.has(span.spanId)) {
      if (trace.spans.size >= this.services.bounds.spansInTrace) {
        trace.dropped += 1;
        return false;
      }
      this.spans += 1;
    }
    trace.spans.set(span.spanId, span);
    return true;
  }

  private open(traceId: string): OpenTrace {
    const found = this.traces.get(traceId);
    if (found) return found;
    const trace: OpenTrace = {
      traceId,
      spans: new Map(),
      functionName: '',
      running: 0,
      changed: false,
      dropped: 0,
      cancel: undefined,
    };
    this.traces.set(traceId, trace);
    this.forget();
    return trace;
  }

  private forget(): void {
    const { traces, spans } = this.services.bounds;
    while (this.traces.size > traces || (this.spans > spans && this.traces.size > 1)) {
      const id = first(this.traces)!;
      const trace = this.traces.get(id)!;
      if (trace.changed) this.tell(trace);
      trace.cancel?.();
      this.spans -= trace.spans.size;
      this.traces.delete(id);
    }
  }

  private settle(trace: OpenTrace): void {
    trace.cancel?.();
    trace.cancel = undefined;
    if (trace.running > 0) return;
    trace.cancel = this.services.clock.after(SETTLE_MS, () => trace.changed && this.tell(trace));
  }

  private tell(trace: OpenTrace): void {
    trace.changed = false;
    trace.cancel?.();
    trace.cancel = undefined;
    const { traceId, functionName, dropped } = trace;
    this.services.tell({
      type: 'trace',
      function: functionName,
      traceId,
      spans: [...trace.spans.values()],
      droppedSpans: dropped,
      time: this.services.clock.now(),
    });
  }
}

/** The trace that an invocation's header names, when it is sampled. */
function sampledTrace(header: string): string | undefined {
  return parseTraceHeader(header).sampled ? traceIdOf(header) : undefined;
}

function ownSpan(header: string): string {
  return parseTraceHeader(header).parent?.toLowerCase() ?? '';
}

function first<K>(map: ReadonlyMap<K, unknown>): K | undefined {
  return map.keys().next().value;
}
