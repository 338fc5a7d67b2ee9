import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { http, openHttp } from './http.js';

export interface LoggedEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly eventId: string;
}

export interface LogsAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Whichever of these the operation answers with. */
  readonly body: {
    readonly logGroups: readonly Record<string, unknown>[];
    readonly logStreams: readonly { readonly logStreamName: string; readonly lastEventTimestamp: number }[];
    readonly events: readonly LoggedEvent[];
    readonly nextToken: string;
    readonly nextForwardToken: string;
    readonly nextBackwardToken: string;
    readonly __type: string;
    readonly message: string;
  };
}

/** Calls an operation of CloudWatch Logs as the AWS tools do. */
export async function callLogs(
  service: Pick<LocalLambda, 'url'>,
  operation: string,
  input: unknown = {},
): Promise<LogsAnswer> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const answer = await http(`${service.url}/`, {
    method: 'POST',
    headers: targetHeaders(operation),
    body,
  });
  return {
    status: answer.status,
    contentType: answer.headers['content-type'],
    body: JSON.parse(answer.text || '{}') as LogsAnswer['body'],
  };
}

export interface LiveTailEvent {
  readonly type: string;
  readonly body: unknown;
}

export interface RunningLiveTail {
  /** The next event; undefined at the end of the stream. */
  next(): Promise<LiveTailEvent | undefined>;
  /** Breaks the connection. */
  leave(): void;
}

/** StartLiveTail, with its frames read by the AWS SDK's own codec. */
export async function openLiveTail(
  service: Pick<LocalLambda, 'url'>,
  input: object,
): Promise<RunningLiveTail> {
  const response = await openHttp(`${service.url}/`, {
    method: 'POST',
    headers: targetHeaders('StartLiveTail'),
    body: JSON.stringify(input),
  });
  const frames = framesOf(response);
  return {
    next: async () => (await frames.next()).value ?? undefined,
    leave: () => response.destroy(),
  };
}

async function* framesOf(response: AsyncIterable<Buffer>): AsyncGenerator<LiveTailEvent, undefined> {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString(),
    (text) => Buffer.from(text),
  );
  let bytes = Buffer.alloc(0);
  for await (const chunk of response) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0);
      const { headers, body } = codec.decode(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
      const type = headers[':event-type'] ?? headers[':exception-type'];
      yield { type: String(type?.value), body: JSON.parse(Buffer.from(body).toString()) as unknown };
    }
  }
  return undefined;
}

function targetHeaders(operation: string): Record<string, string> {
  return {
    'X-Amz-Target': `Logs_20140328.${operation}`,
    'Content-Type': 'application/x-amz-json-1.1',
  };
}
