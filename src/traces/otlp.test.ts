import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { readJson, writeJson } from './otlp-json.js';
import { readProtobuf } from './otlp-protobuf.js';
import { OtlpFault, type Span } from './span.js';
import { anySpan } from './spans.fixture.js';

// opentelemetry-proto 1.9: collector/trace/v1, trace/v1, resource/v1 and common/v1, with all of their fields.
const PROTO = `
syntax = "proto3";
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
  int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  uint32 dropped_attributes_count = 10; repeated Event events = 11; uint32 dropped_events_count = 12;
  repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16;
}
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
`;
const Request = protobuf.parse(PROTO).root.lookupType('ExportTraceServiceRequest');

/** What our JSON says, in Protocol Buffers as another library writes them. */
function encoded(json: string): Buffer {
  const request = JSON.parse(json, (key, value: unknown) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(key) && typeof value === 'string'
      ? Buffer.from(value, 'hex').toString('base64')
      : value,
  ) as object;
  return Buffer.from(Request.encode(Request.fromObject(request)).finish());
}

const ids = (spans: readonly Span[]) => new Set(spans.map(({ service, spanId }) => `${service} ${spanId}`));

describe('OTLP', () => {
  it('in JSON is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 4 }), (spans) => {
        const read = readJson(writeJson(spans, 'test'));
        expect(read.rejected).toBe(0);
        expect(new Set(read.spans)).toEqual(new Set(spans));
      }),
    );
  });

  it('in Protocol Buffers is read as another library writes it', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 4 }), (spans) => {
        const json = writeJson(spans, 'test');
        expect(readProtobuf(encoded(json)).spans).toEqual(readJson(json).spans);
      }),
    );
  });

  it('keeps a quarter of a microsecond', () => {
    const start = '1795748698341123456';
    const json = JSON.stringify({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: '5759E988BD862E3FE1BE46A994272793',
                  spanId: '53995C3F42CD8AD8',
                  startTimeUnixNano: start,
                  endTimeUnixNano: start,
                  kind: 'SPAN_KIND_SERVER',
                  status: { code: 'STATUS_CODE_ERROR' },
                },
              ],
            },
          ],
        },
      ],
    });
    const { spans } = readJson(json);
    expect(spans[0]).toMatchObject({
      traceId: '5759e988bd862e3fe1be46a994272793',
      kind: 'server',
      status: 'error',
    });
    expect(Math.abs(spans[0]!.startMs - Number(start) / 1e6)).toBeLessThan(0.0003);
    expect(readProtobuf(encoded(writeJson(spans, 'test'))).spans[0]).toEqual(spans[0]);
  });

  it('rejects spans without ids, and takes the others', () => {
    fc.assert(
      fc.property(anySpan, anySpan, (good, bad) => {
        const json = writeJson(
          [good, { ...bad, spanId: '0000000000000000' }, { ...bad, traceId: '' }],
          'test',
        );
        for (const read of [readJson(json), readProtobuf(encoded(json))]) {
          expect(read.rejected).toBe(2);
          expect(ids(read.spans)).toEqual(ids([good]));
        }
      }),
    );
  });
});

describe('whatever comes in', () => {
  const either = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof OtlpFault)) throw error;
    }
  };

  it('is spans or a fault: bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        either(() => readProtobuf(Buffer.from(bytes))),
      ),
    );
  });

  it('is spans or a fault: a message with some bytes changed, or cut', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(anySpan, changes, fc.nat(), (span, bytes, cut) => {
        const message = encoded(writeJson([span], 'test'));
        for (const [at, byte] of bytes) message[at % message.length] = byte;
        either(() => readProtobuf(message));
        either(() => readProtobuf(message.subarray(0, cut % message.length)));
      }),
    );
  });

  it('is spans or a fault: JSON', () => {
    const known = fc.constantFrom(
      'resourceSpans',
      'scopeSpans',
      'spans',
      'attributes',
      'value',
      'arrayValue',
      'values',
    );
    const tree = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, 1, 'x', true, '5759e988bd862e3fe1be46a994272793'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(known, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(fc.property(tree, (value) => either(() => readJson(JSON.stringify(value)))));
    fc.assert(fc.property(fc.string(), (text) => either(() => readJson(text))));
  });

  it('is refused when values lie too deep in values', () => {
    const value = `${'{"arrayValue":{"values":['.repeat(5_000)}${']}}'.repeat(5_000)}`;
    const json = `{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":${value}}]}}]}`;
    expect(() => readJson(json)).toThrow(OtlpFault);
    let deep = Buffer.alloc(0);
    const inside = (tag: number, bytes: Buffer) => {
      const length: number[] = [];
      let rest = bytes.length;
      for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
      return Buffer.concat([Buffer.from([tag, ...length, rest]), bytes]);
    };
    for (let depth = 0; depth < 5_000; depth += 1) deep = inside(0x2a, inside(0x0a, deep));
    const message = inside(0x0a, inside(0x0a, inside(0x0a, inside(0x12, deep))));
    expect(() => readProtobuf(message)).toThrow(OtlpFault);
  });
});
