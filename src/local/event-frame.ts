import { EventStreamCodec } from '@smithy/eventstream-codec';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** One event of a response that is an event stream, in AWS's binary form. */
export function eventFrame(eventType: string, contentType: string, body: Uint8Array): Uint8Array {
  return frame({ ':message-type': 'event', ':event-type': eventType, ':content-type': contentType }, body);
}

/** What ends a stream before its time: an SDK throws it. */
export function exceptionFrame(exceptionType: string, message: string): Uint8Array {
  const headers = {
    ':message-type': 'exception',
    ':exception-type': exceptionType,
    ':content-type': 'application/json',
  };
  return frame(headers, Buffer.from(JSON.stringify({ message })));
}

function frame(headers: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const);
  return codec.encode({ headers: Object.fromEntries(typed), body });
}
