/**
 * `ExportTraceServiceRequest` in Protocol Buffers, read without a library: the dozen messages are stable since OTLP
 * 1.0, and what is read comes from whoever finds the port. The numbers are those of opentelemetry-proto's
 * collector/trace/v1, trace/v1, resource/v1 and common/v1; a test reads what protobufjs has written from them.
 */
import {
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
import { type Field, fieldsOf } from './wire.js';

/** @throws OtlpFault when the bytes are no such message */
export function readProtobuf(message: Buffer): ReadSpans {
  const spans: Span[] = [];
  let rejected = 0;
  for (const resource of messages(message, 1)) {
    const service = serviceOf(resource);
    for (const scope of messages(resource, 2)) {
      for (const bytes of messages(scope, 2)) {
        const span = readSpan(bytes, service);
        if (span) spans.push(span);
        else rejected += 1;
      }
    }
  }
  return { spans, rejected };
}

function* messages(message: Buffer, number: number): Generator<Buffer> {
  for (const field of fieldsOf(message))
    if (field.number === number && field.kind === 'bytes') yield field.bytes;
}

function serviceOf(resourceSpans: Buffer): string | undefined {
  for (const resource of messages(resourceSpans, 1)) {
    const name = readAttributes(messages(resource, 1))['service.name'];
    if (typeof name === 'string') return name;
  }
  return undefined;
}

/** Undefined when it has not both ids. */
function readSpan(message: Buffer, service: string | undefined): Span | undefined {
  let [traceId, spanId, parentSpanId, name] = ['', '', '', ''];
  let [kind, startMs, endMs, code] = [0, 0, 0, 0];
  let statusMessage: string | undefined;
  const attributes: Buffer[] = [];
  const events: SpanEvent[] = [];
  for (const field of fieldsOf(message)) {
    switch (field.number) {
      case 1:
        traceId = hex(field);
        break;
      case 2:
        spanId = hex(field);
        break;
      case 4:
        parentSpanId = hex(field);
        break;
      case 5:
        name = text(field);
        break;
      case 6:
        kind = enumNumber(field);
        break;
      case 7:
        startMs = milliseconds(field);
        break;
      case 8:
        endMs = milliseconds(field);
        break;
      case 9:
        attributes.push(bytes(field));
        break;
      case 11:
        events.push(readEvent(bytes(field)));
        break;
      case 15:
        for (const part of fieldsOf(bytes(field))) {
          if (part.number === 2) statusMessage = text(part);
          if (part.number === 3) code = enumNumber(part);
        }
        break;
    }
  }
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  return {
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : undefined,
    name,
    kind: SPAN_KINDS[kind] ?? 'unspecified',
    startMs,
    endMs: Math.max(startMs, endMs),
    status: STATUS_CODES[code] ?? 'unset',
    statusMessage: statusMessage || undefined,
    attributes: readAttributes(attributes),
    events,
    service,
  };
}

function readEvent(message: Buffer): SpanEvent {
  let name = '';
  let timeMs = 0;
  const attributes: Buffer[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) timeMs = milliseconds(field);
    if (field.number === 2) name = text(field);
    if (field.number === 3) attributes.push(bytes(field));
  }
  return { name, timeMs, attributes: readAttributes(attributes) };
}

function readAttributes(pairs: Iterable<Buffer>, depth = 0): Record<string, AttributeValue> {
  const found: [string, AttributeValue][] = [];
  for (const pair of pairs) {
    let key = '';
    let value: AttributeValue = null;
    for (const field of fieldsOf(pair)) {
      if (field.number === 1) key = text(field);
      if (field.number === 2) value = readValue(bytes(field), depth);
    }
    found.push([key, value]);
  }
  return Object.fromEntries(found);
}

function readValue(message: Buffer, depth: number): AttributeValue {
  if (depth > DEEPEST_VALUE) throw new OtlpFault('values lie too deep in values');
  let value: AttributeValue = null;
  for (const field of fieldsOf(message)) {
    switch (field.number) {
      case 1:
        value = text(field);
        break;
      case 2:
        value = field.kind === 'varint' && field.value !== 0n;
        break;
      case 3:
        value = field.kind === 'varint' ? Number(BigInt.asIntN(64, field.value)) : 0;
        break;
      case 4:
        value = field.kind === 'fixed64' ? field.bytes.readDoubleLE(0) : 0;
        break;
      case 5:
        value = [...messages(bytes(field), 1)].map((one) => readValue(one, depth + 1));
        break;
      case 6:
        value = readAttributes(messages(bytes(field), 1), depth + 1);
        break;
      case 7:
        value = bytes(field).toString('base64');
        break;
    }
  }
  return value;
}

function bytes(field: Field): Buffer {
  if (field.kind !== 'bytes') throw new OtlpFault(`field ${field.number} should have a length`);
  return field.bytes;
}

const text = (field: Field) => bytes(field).toString('utf8');
const hex = (field: Field) => bytes(field).toString('hex');
const enumNumber = (field: Field) => (field.kind === 'varint' ? Number(field.value) : 0);

/** Nanoseconds of the wire. */
function milliseconds(field: Field): number {
  return field.kind === 'fixed64' ? millisecondsOf(field.bytes.readBigUInt64LE(0)) : 0;
}
