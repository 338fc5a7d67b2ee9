/**
 * `ExportTraceServiceRequest` in JSON, read and written. It is Protocol Buffers' JSON, but with ids in hexadecimal
 * (opentelemetry.io/docs/specs/otlp, JSON Protobuf Encoding). What has another type than it should counts as absent.
 */
import {
  type Attributes,
  type AttributeValue,
  DEEPEST_VALUE,
  isSpanId,
  isTraceId,
  millisecondsOf,
  OtlpFault,
  type ReadSpans,
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  STATUS_CODES,
} from './span.js';

type Members = Readonly<Record<string, unknown>>;

/** @throws OtlpFault when the text is no such message */
export function readJson(json: string): ReadSpans {
  const request = parsed(json);
  const spans: Span[] = [];
  let rejected = 0;
  for (const resourceSpans of list(request['resourceSpans'])) {
    const name = readAttributes(members(resourceSpans['resource'])['attributes'])['service.name'];
    const service = typeof name === 'string' ? name : undefined;
    for (const scopeSpans of list(resourceSpans['scopeSpans'])) {
      for (const one of list(scopeSpans['spans'])) {
        const span = readSpan(one, service);
        if (span) spans.push(span);
        else rejected += 1;
      }
    }
  }
  return { spans, rejected };
}

function parsed(json: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new OtlpFault('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OtlpFault('the body is no JSON object');
  return value as Members;
}

function readSpan(span: Members, service: string | undefined): Span | undefined {
  const traceId = text(span['traceId']).toLowerCase();
  const spanId = text(span['spanId']).toLowerCase();
  const parentSpanId = text(span['parentSpanId']).toLowerCase();
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  const startMs = milliseconds(span['startTimeUnixNano']);
  const status = members(span['status']);
  return {
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : undefined,
    name: text(span['name']),
    kind: choice(span['kind'], SPAN_KINDS, 'SPAN_KIND_'),
    startMs,
    endMs: Math.max(startMs, milliseconds(span['endTimeUnixNano'])),
    status: choice(status['code'], STATUS_CODES, 'STATUS_CODE_'),
    statusMessage: text(status['message']) || undefined,
    attributes: readAttributes(span['attributes']),
    events: list(span['events']).map(
      (event): SpanEvent => ({
        name: text(event['name']),
        timeMs: milliseconds(event['timeUnixNano']),
        attributes: readAttributes(event['attributes']),
      }),
    ),
    service,
  };
}

/** By number, or by the name that Protocol Buffers' JSON also takes. */
function choice<T extends string>(value: unknown, all: readonly T[], prefix: string): T {
  const index =
    typeof value === 'string' ? all.findIndex((one) => prefix + one.toUpperCase() === value) : Number(value);
  return all[index] ?? all[0]!;
}

function readAttributes(pairs: unknown, depth = 0): Record<string, AttributeValue> {
  return Object.fromEntries(
    list(pairs).map(({ key, value }) => [text(key), readValue(members(value), depth)]),
  );
}

function readValue(value: Members, depth: number): AttributeValue {
  if (depth > DEEPEST_VALUE) throw new OtlpFault('values lie too deep in values');
  const { stringValue, boolValue, intValue, doubleValue, bytesValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return finite(intValue);
  if (doubleValue !== undefined) return finite(doubleValue);
  if (typeof bytesValue === 'string') return bytesValue;
  const { arrayValue, kvlistValue } = value;
  if (arrayValue !== undefined)
    return list(members(arrayValue)['values']).map((one) => readValue(one, depth + 1));
  if (kvlistValue !== undefined) return readAttributes(members(kvlistValue)['values'], depth + 1);
  return null;
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function list(value: unknown): Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function finite(value: unknown): number | null {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** Nanoseconds: 64 bits are text in JSON, but some write a number. */
function milliseconds(nanoseconds: unknown): number {
  if (typeof nanoseconds === 'string' && /^\d{1,20}$/.test(nanoseconds))
    return millisecondsOf(BigInt(nanoseconds));
  return (finite(nanoseconds) ?? 0) / 1e6;
}

/** The message that carries these spans, each service's under its name. */
export function writeJson(spans: readonly Span[], scope: string): string {
  const services = new Map<string | undefined, Span[]>();
  for (const span of spans) services.set(span.service, [...(services.get(span.service) ?? []), span]);
  return JSON.stringify({
    resourceSpans: [...services].map(([service, own]) => ({
      resource: { attributes: service === undefined ? [] : pairs({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: scope }, spans: own.map(written) }],
    })),
  });
}

function written(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: SPAN_KINDS.indexOf(span.kind),
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: pairs(span.attributes),
    events: span.events.map(({ name, timeMs, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(timeMs),
      attributes: pairs(attributes),
    })),
    status: { code: STATUS_CODES.indexOf(span.status), message: span.statusMessage },
  };
}

function pairs(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
}

function otlpValue(value: AttributeValue): object {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(otlpValue) } };
  return { kvlistValue: { values: pairs(value) } };
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}
