import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzip } from 'node:zlib';
import { readBody } from '../../http/body.js';
import { headerOf } from '../../http/header.js';
import { readJson } from '../../traces/otlp-json.js';
import { readProtobuf } from '../../traces/otlp-protobuf.js';
import { OtlpFault } from '../../traces/span.js';
import { messageField, numberField, textField } from '../../traces/wire.js';
import type { OtlpFormat, Traces } from './traces.js';

/** Of a body, as it is sent and when it is unpacked: the OpenTelemetry Collector takes 20 MB by default. */
export const MAX_OTLP_BYTES = 20_000_000;

/** The path for spans below an endpoint (opentelemetry.io/docs/specs/otlp, OTLP/HTTP Request). */
const TRACES_PATH = '/v1/traces';

/** google.rpc.Code. */
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

/** The other signals below the endpoint: who exports spans to it may export these, too. */
const OTHERS = ['/v1/metrics', '/v1/logs'];

const FORMATS: Readonly<Record<string, OtlpFormat>> = {
  'application/x-protobuf': 'protobuf',
  'application/protobuf': 'protobuf',
  'application/json': 'json',
};

/**
 * Whether it is an export to a collector. A function may have paths of its own like those of other signals: only what is
 * sent as exporters that we lead here send it is one of those. It must not invoke the function that sends it.
 */
export function isOtlp(request: IncomingMessage): boolean {
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method !== 'POST') return false;
  return path === TRACES_PATH || (OTHERS.includes(path) && formatOf(request) === 'protobuf');
}

/** Answers an OTLP/HTTP export as a collector of traces does. */
export function receiveOtlp(traces: Traces, request: IncomingMessage, response: ServerResponse): void {
  const contentType = contentTypeOf(request);
  const format = formatOf(request);
  if (format !== undefined && !request.url?.startsWith(TRACES_PATH)) {
    request.resume();
    return refuse(response, format, 404, `only traces are taken here, at ${TRACES_PATH}`, UNIMPLEMENTED);
  }
  if (format === undefined) {
    request.resume();
    const known = Object.keys(FORMATS).join(', ');
    return sendText(response, 415, `OTLP has the content types ${known}; this is '${contentType}'.`);
  }
  readBody(request, MAX_OTLP_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    if (body.kind === 'too-large') return refuse(response, format, 413, tooLarge());
    unpack(body.bytes, headerOf(request, 'content-encoding'), (unpacked) => {
      if (unpacked instanceof OtlpFault) return refuse(response, format, 400, unpacked.message);
      take(traces, unpacked, format, response);
    });
  });
}

function contentTypeOf(request: IncomingMessage): string {
  return (headerOf(request, 'content-type') ?? '').split(';')[0] ?? '';
}

function formatOf(request: IncomingMessage): OtlpFormat | undefined {
  return FORMATS[contentTypeOf(request).trim().toLowerCase()];
}

function take(traces: Traces, bytes: Buffer, format: OtlpFormat, response: ServerResponse): void {
  try {
    const { spans, rejected } = format === 'json' ? readJson(bytes.toString('utf8')) : readProtobuf(bytes);
    const dropped = traces.received(spans, bytes, format);
    accept(response, format, rejected + dropped);
  } catch (error) {
    if (!(error instanceof OtlpFault)) throw error;
    refuse(response, format, 400, error.message);
  }
}

function unpack(
  bytes: Buffer,
  encoding: string | undefined,
  done: (result: Buffer | OtlpFault) => void,
): void {
  if (encoding === undefined || encoding === 'identity') return done(bytes);
  if (encoding !== 'gzip') return done(new OtlpFault(`the content encoding is '${encoding}', not gzip`));
  gunzip(bytes, { maxOutputLength: MAX_OTLP_BYTES }, (error, unpacked) => {
    if (!error) return done(unpacked);
    const large = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    done(new OtlpFault(large ? tooLarge() : `the body is not gzip: ${error.message}`));
  });
}

const tooLarge = () => `the body is larger than ${MAX_OTLP_BYTES} bytes`;

/** ExportTraceServiceResponse, with what was not taken (collector/trace/v1/trace_service.proto). */
function accept(response: ServerResponse, format: OtlpFormat, rejected: number): void {
  const errorMessage = 'spans without ids, or more than are kept of one trace';
  if (format === 'json') {
    const partialSuccess = { rejectedSpans: String(rejected), errorMessage };
    return send(response, 200, format, Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess })));
  }
  const partial = messageField(1, Buffer.concat([numberField(1, rejected), textField(2, errorMessage)]));
  send(response, 200, format, rejected === 0 ? Buffer.alloc(0) : partial);
}

/** google.rpc.Status, in the format of the request (opentelemetry.io/docs/specs/otlp, Failures). */
function refuse(
  response: ServerResponse,
  format: OtlpFormat,
  status: number,
  message: string,
  code = INVALID_ARGUMENT,
): void {
  const body =
    format === 'json'
      ? Buffer.from(JSON.stringify({ code, message }))
      : Buffer.concat([numberField(1, code), textField(2, message)]);
  send(response, status, format, body);
}

function send(response: ServerResponse, status: number, format: OtlpFormat, body: Buffer): void {
  if (response.destroyed) return;
  const contentType = format === 'json' ? 'application/json' : 'application/x-protobuf';
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length });
  response.end(body);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
