import { EventStreamCodec } from '@smithy/eventstream-codec';

/** What the last frame of a streamed answer says (botocore, InvokeWithResponseStreamCompleteEvent). */
interface Complete {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  readonly LogResult?: string;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** Reads the frames of an InvokeWithResponseStream answer; the chunks are handed on as they come. */
export async function readStream(
  frames: AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
): Promise<{
  functionError?: string | undefined;
  errorDetails?: string | undefined;
  log?: string | undefined;
}> {
  let rest = Buffer.alloc(0);
  let complete: Complete | undefined;
  for await (const bytes of frames) {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const { headers, body } = codec.decode(rest.subarray(0, rest.readUInt32BE(0)));
      rest = rest.subarray(rest.readUInt32BE(0));
      if (headers[':event-type']?.value === 'PayloadChunk') onChunk(Buffer.from(body));
      else complete = JSON.parse(Buffer.from(body).toString('utf8')) as Complete;
    }
  }
  if (complete === undefined) return { functionError: 'Unhandled', errorDetails: 'The stream broke off.' };
  return {
    functionError: complete.ErrorCode,
    errorDetails: complete.ErrorDetails,
    log: complete.LogResult && Buffer.from(complete.LogResult, 'base64').toString('utf8'),
  };
}
