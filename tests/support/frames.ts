import type { IncomingMessage } from 'node:http';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { expect } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { type HttpRequest, openHttp } from './http.js';

/** InvokeWithResponseStream as raw HTTP, and the frames of its answer. */

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

export interface Frame {
  readonly event: string;
  readonly contentType: string;
  readonly body: string;
}

export function streamInvoke(service: LocalLambda, request: HttpRequest = {}): Promise<IncomingMessage> {
  const url = `${service.url}/2021-11-15/functions/hello/response-streaming-invocations`;
  return openHttp(url, { body: '{}', ...request, method: 'POST' });
}

/** Cuts what has arrived into frames, and hands them out one at a time. */
export async function* framesOf(response: IncomingMessage): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of response) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      const { headers, body } = codec.decode(rest.subarray(0, length));
      rest = rest.subarray(length);
      expect(headers[':message-type']?.value).toBe('event');
      yield {
        event: String(headers[':event-type']?.value),
        contentType: String(headers[':content-type']?.value),
        body: Buffer.from(body).toString('utf8'),
      };
    }
  }
  expect(rest).toHaveLength(0);
}

export async function allFrames(response: IncomingMessage): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of framesOf(response)) frames.push(frame);
  return frames;
}

export const chunk = (body: string): Frame => ({
  event: 'PayloadChunk',
  contentType: 'application/octet-stream',
  body,
});
export const complete = (result: object): Frame => ({
  event: 'InvokeComplete',
  contentType: 'application/json',
  body: JSON.stringify(result),
});
