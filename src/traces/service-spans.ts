import type { OutcomeFacts } from '../lambda/log-lines.js';
import { parseTraceHeader } from '../lambda/trace.js';
import type { Span } from './span.js';

/** An invocation that is over, as the service saw it. Times are epoch milliseconds. */
export interface InvocationFacts {
  readonly functionName: string;
  readonly requestId: string;
  readonly arn: string;
  /** The header that the function was given: its parent is the invocation's own span. */
  readonly traceHeader: string;
  /** The span that invoked it, in the header that came with the request. */
  readonly caller?: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly initMs?: number | undefined;
  readonly result: OutcomeFacts;
  readonly maxMemoryMb?: number | undefined;
}

/** An X-Ray root as W3C and OpenTelemetry write it: `1-<8 digits>-<24 digits>` without its version and dashes. */
export function traceIdOf(header: string): string | undefined {
  return parseTraceHeader(header).root?.slice(2).replace('-', '').toLowerCase();
}

/**
 * The spans that the service itself adds to a trace: the invocation, which the function's own spans lie under, and
 * the init before it. Names of attributes: OpenTelemetry's semantic conventions for functions (faas.*).
 * @param newSpanId 16 hexadecimal digits, of a span that nobody else names
 */
export function serviceSpans(facts: InvocationFacts, newSpanId: () => string): Span[] {
  const traceId = traceIdOf(facts.traceHeader);
  const spanId = parseTraceHeader(facts.traceHeader).parent?.toLowerCase();
  if (traceId === undefined || spanId === undefined) return [];
  const { initMs = 0, startedAt, endedAt, result } = facts;
  const failed = result.outcome !== 'success';
  const common = { traceId, service: facts.functionName, events: [] } as const;
  const invocation: Span = {
    ...common,
    spanId,
    parentSpanId: facts.caller,
    name: facts.functionName,
    kind: 'server',
    startMs: startedAt - initMs,
    endMs: Math.max(startedAt, endedAt),
    status: failed ? 'error' : 'unset',
    statusMessage: failed ? (result.errorType ?? result.outcome) : undefined,
    attributes: {
      'faas.name': facts.functionName,
      'faas.invocation_id': facts.requestId,
      'faas.coldstart': facts.initMs !== undefined,
      'aws.lambda.invoked_arn': facts.arn,
      ...(facts.maxMemoryMb !== undefined && { 'aws.lambda.max_memory_mb': facts.maxMemoryMb }),
    },
  };
  if (facts.initMs === undefined) return [invocation];
  const init: Span = {
    ...common,
    spanId: newSpanId(),
    parentSpanId: spanId,
    name: 'init',
    kind: 'internal',
    startMs: startedAt - initMs,
    endMs: startedAt,
    status: 'unset',
    attributes: {},
  };
  return [invocation, init];
}
