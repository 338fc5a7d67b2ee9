import { TRACE_HEX_DIGITS } from '../../lambda/trace.js';
import { writeJson } from '../../traces/otlp-json.js';
import type { InvocationFacts } from '../../traces/service-spans.js';
import type { Span } from '../../traces/span.js';
import type { Clock } from '../clock.js';
import type { LocalEventListener } from '../events.js';
import { randomHex } from '../ids.js';
import { Forwarder } from './forwarder.js';
import { TRACE_BOUNDS, TraceStore } from './trace-store.js';

export type OtlpFormat = 'protobuf' | 'json';

/** How a local service traces. */
export interface TraceOptions {
  /** An OTLP/HTTP endpoint of a collector: what functions send goes there too, and the service's own spans. */
  readonly forward?: string;
}

/** Tracing of one service: the headers that invocations get, the spans that come back, and where they go. */
export class Traces {
  private readonly store: TraceStore;
  private readonly forwarder: Forwarder | undefined;

  constructor(
    { forward }: TraceOptions,
    { clock, tell, warnOnce }: { clock: Clock; tell: LocalEventListener; warnOnce: (text: string) => void },
  ) {
    this.store = new TraceStore({ clock, bounds: TRACE_BOUNDS, newSpanId: () => randomHex(16), tell });
    this.forwarder = forward === undefined ? undefined : new Forwarder(tracesUrl(forward), warnOnce);
  }

  newHeader(incoming: string | undefined): string {
    return this.store.newHeader(randomHex(TRACE_HEX_DIGITS), incoming);
  }

  /** @returns how many spans there was no room for */
  received(spans: readonly Span[], body: Buffer, format: OtlpFormat): number {
    this.forwarder?.send(body, format);
    return this.store.received(spans);
  }

  begun(header: string): void {
    this.store.begun(header);
  }

  ended(facts: Omit<InvocationFacts, 'caller'>): void {
    const spans = this.store.ended(facts);
    if (spans.length > 0) this.forwarder?.send(Buffer.from(writeJson(spans, 'crablet')), 'json');
  }

  rested(header: string): void {
    this.store.rested(header);
  }

  async close(): Promise<void> {
    this.store.close();
    await this.forwarder?.close();
  }
}

/** The variables that lead a function's exporter to the service; its own settings win (OpenTelemetry, exporter.md). */
export function traceVariables(url: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
}

/** As exporters read their endpoint: a path for traces follows, unless it is there (OpenTelemetry, exporter.md). */
function tracesUrl(endpoint: string): string {
  const url = endpoint.replace(/\/+$/, '');
  return url.endsWith('/v1/traces') ? url : `${url}/v1/traces`;
}
