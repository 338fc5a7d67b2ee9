import type { IncomingMessage } from 'node:http';
import { streamTooLarge, truncatedResponse } from '../lambda/function-errors.js';
import { MAX_STREAMED_BYTES } from '../lambda/limits.js';
import {
  payloadTooLarge413,
  type RuntimeApiAnswer,
  STATUS_OK,
  truncated400,
} from '../lambda/runtime-api-answers.js';
import type { Environment } from './environment.js';

/**
 * Passes a streamed `POST …/response` on to the caller, chunk by chunk as the function writes them. A caller that
 * reads slowly slows the function down; one that has left does not stop it (AWS goes on too).
 */
export function receiveStream(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  received: (told: RuntimeApiAnswer) => void,
): void {
  const stream = environment.unanswered?.openStream(request.headers['content-type']);
  let size = 0;
  let over = false;
  const finish = (told: RuntimeApiAnswer, end: () => void) => {
    if (over) return;
    over = true;
    received(told);
    end();
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (over) return;
    if (size > MAX_STREAMED_BYTES) {
      finish(payloadTooLarge413, () => environment.unanswered?.fail(streamTooLarge(MAX_STREAMED_BYTES)));
    } else if (stream && !stream.write(chunk)) {
      request.pause();
      stream.whenDrained(() => request.resume());
    }
  });
  request.on('end', () => finish(STATUS_OK, () => environment.unanswered?.endStream(size)));
  const broken = () => finish(truncated400, () => environment.unanswered?.fail(truncatedResponse(requestId)));
  request.on('error', broken);
  request.on('close', broken);
}
