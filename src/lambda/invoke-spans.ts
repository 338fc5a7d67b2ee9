/**
 * The stretches of time of an invocation that the Telemetry API tells of (developer guide of 2026,
 * telemetry-schema-reference: Span; RIE: internal/lambda/telemetry/events_api.go, GetRuntimeDoneSpans; RIE
 * internal/lambda/rapid/handlers.go for `extensionOverhead`).
 */
export interface Span {
  readonly name: 'responseLatency' | 'responseDuration' | 'runtimeOverhead' | 'extensionOverhead';
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** When an invocation came to what; epoch milliseconds with their fraction. */
export interface InvokeTiming {
  readonly startedAt: number;
  /** The function began to answer. */
  readonly answeringAt: number | undefined;
  /** Its answer had arrived whole. */
  readonly answeredAt: number | undefined;
  /** The runtime asked for more. */
  readonly readyAt: number | undefined;
}

/** What the runtime did. A function that answered with an error, or not at all, has none. */
export function runtimeSpans({ startedAt, answeringAt, answeredAt, readyAt }: InvokeTiming): Span[] {
  if (answeringAt === undefined || answeredAt === undefined) return [];
  const spans = [
    span('responseLatency', startedAt, answeringAt),
    span('responseDuration', answeringAt, answeredAt),
  ];
  return readyAt === undefined ? spans : [...spans, span('runtimeOverhead', answeredAt, readyAt)];
}

/** What extensions did after the runtime had finished. */
export function extensionSpans({ readyAt }: InvokeTiming, endedAt: number): Span[] {
  return readyAt === undefined ? [] : [span('extensionOverhead', readyAt, endedAt)];
}

function span(name: Span['name'], from: number, to: number): Span {
  return { name, startMs: from, durationMs: Math.max(0, to - from) };
}
