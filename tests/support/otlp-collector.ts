import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pythonClient } from './python-clients.js';
import { until } from './steering.js';

/** A span as OpenTelemetry's own Protocol Buffers for Python have read it. */
export interface CollectedSpan {
  readonly encoding: 'application/json' | 'application/x-protobuf';
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: string;
  readonly resource: Readonly<Record<string, string>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Resolves when so many spans have come. */
  has(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Refuses (400) what those libraries cannot read: fields that do not exist, ids of a wrong length, other content types. */
const PROGRAM = `
import base64, gzip, http.server, json, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

IDS = ("traceId", "spanId", "parentSpanId")

# In OTLP's JSON ids are in hexadecimal, in that of Protocol Buffers in base64.
def as_protobuf(value):
    if isinstance(value, list): return [as_protobuf(one) for one in value]
    if not isinstance(value, dict): return value
    return {k: base64.b64encode(bytes.fromhex(v)).decode() if k in IDS else as_protobuf(v) for k, v in value.items()}

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip": body = gzip.decompress(body)
        kind = self.headers["Content-Type"]
        status, answer = 200, b"{}" if kind == "application/json" else b""
        try:
            assert self.path == "/v1/traces", self.path
            if kind == "application/json":
                request = json_format.ParseDict(as_protobuf(json.loads(body)), ExportTraceServiceRequest())
            else:
                assert kind == "application/x-protobuf", kind
                request = ExportTraceServiceRequest.FromString(body)
            for each in request.resource_spans:
                resource = {a.key: a.value.string_value for a in each.resource.attributes}
                for scope in each.scope_spans:
                    for span in scope.spans:
                        assert (len(span.trace_id), len(span.span_id)) == (16, 8)
                        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
                        print(json.dumps(dict(encoding=kind, name=span.name, traceId=span.trace_id.hex(),
                            spanId=span.span_id.hex(), parentSpanId=span.parent_span_id.hex(),
                            kind=Span.SpanKind.Name(span.kind), resource=resource)), flush=True)
        except Exception as error:
            print(repr(error), file=sys.stderr)
            status, answer = 400, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps(server.server_address[1]), flush=True)
server.serve_forever()
`;

/** A collector of spans that nobody here has written: its readers are OpenTelemetry's. */
export async function startCollector(): Promise<Collector> {
  const child = spawn(pythonClient('python')!, ['-c', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const spans: CollectedSpan[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const value = JSON.parse(line) as number | CollectedSpan;
      if (typeof value === 'number') resolve(value);
      else spans.push(value);
    });
    child.once('exit', () => reject(new Error('the collector ended')));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    has: (count) => until(() => spans.length >= count),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
