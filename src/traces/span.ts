/** A span of OpenTelemetry, as plain data; what OTLP has beside it is not kept. */
export interface Span {
  /** 32 hexadecimal digits, in lower case. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Epoch milliseconds, with fractions: a double keeps a quarter of a microsecond of them. */
  readonly startMs: number;
  readonly endMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string | undefined;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** `service.name` of the resource that it is of. */
  readonly service?: string | undefined;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: Attributes;
}

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** By their numbers in OTLP (opentelemetry-proto, trace/v1/trace.proto, SpanKind). */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** By their numbers in OTLP (Status.StatusCode). */
export const STATUS_CODES = ['unset', 'ok', 'error'] as const;

/** A body that is no OTLP: what is wrong with it, for whoever sent it. */
export class OtlpFault extends Error {}

/** How deep values may lie in values: senders do not go beyond two or three. */
export const DEEPEST_VALUE = 16;

/**
 * The spans that can be used, and how many were sent that cannot: OTLP wants both ids, neither of them zero
 * (trace.proto: "An ID with all bytes zero is considered invalid").
 */
export interface ReadSpans {
  readonly spans: readonly Span[];
  readonly rejected: number;
}

/** Of the wire's nanoseconds; the whole milliseconds are exact. */
export function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;
}

export function isTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id);
}

export function isSpanId(id: string | undefined): id is string {
  return id !== undefined && /^[0-9a-f]{16}$/.test(id) && !/^0+$/.test(id);
}
