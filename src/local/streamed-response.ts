import type { IncomingMessage } from 'node:http';
import { streamTooLarge, truncatedResponse } from '../lambda/function-errors.js';
import { MAX_STREAMED_BYTES } from '../lambda/limits.js';
import { parseErrorTrailer } from '../lambda/response-stream.js';
import {
  payloadTooLarge413,
  type RuntimeApiAnswer,
  STATUS_OK,
  truncated400,
} from '../lambda/runtime-api-answers.js';
import { acceptedErrorType } from '../lambda/runtime-error-type.js';
import type { Failure } from './invocation.js';
import type { Answering } from './received-answer.js';
import { StreamTail } from './stream-tail.js';

/**
 * Passes a streamed `POST …/response` on to the caller, chunk by chunk as the function writes them. A caller that
 * reads slowly slows the function down; one that has left does not stop it (AWS goes on too).
 */
export function receiveStream(
  environment: Answering,
  requestId: string,
  request: IncomingMessage,
  received: (told: RuntimeApiAnswer) => void,
): void {
  const stream = environment.unanswered?.openStream(request.headers['content-type']);
  const tail = new StreamTail();
  let size = 0;
  let over = false;
  const finish = (told: RuntimeApiAnswer, end: () => void) => {
    if (over) return;
    over = true;
    received(told);
    end();
  };
  request.on('data', (chunk: Buffer) => {
    if (over) return;
    const room = MAX_STREAMED_BYTES - size;
    size += chunk.length;
    tail.add(chunk);
    if (chunk.length > room) {
      // What fits is sent before the stream breaks off (RIE: core/directinvoke/directinvoke.go, asyncPayloadCopy).
      stream?.write(chunk.subarray(0, room));
      finish(payloadTooLarge413, () => environment.unanswered?.fail(streamTooLarge(MAX_STREAMED_BYTES)));
    } else if (stream && !stream.write(chunk)) {
      request.pause();
      stream.whenDrained(() => request.resume());
    }
  });
  request.on('end', () => {
    const failure = failureOf(request);
    if (failure) return finish(STATUS_OK, () => environment.unanswered?.fail(failure));
    finish(STATUS_OK, () => environment.unanswered?.endStream(size));
    const remark = remarkOn(tail.bytes());
    if (remark !== undefined) environment.remark(remark);
  });
  const broken = () => finish(truncated400, () => environment.unanswered?.fail(truncatedResponse(requestId)));
  request.on('error', broken);
  request.on('close', broken);
}

/** The error that a runtime sends behind its stream (developer guide, runtimes-custom: response streaming). */
function failureOf(request: IncomingMessage): Failure | undefined {
  const trailer = request.trailers['lambda-runtime-function-error-type'];
  if (trailer === undefined) return undefined;
  const body = request.trailers['lambda-runtime-function-error-body'] ?? '';
  return { errorType: acceptedErrorType(trailer), payload: Buffer.from(body, 'base64'), trailer };
}

/** Lambda cannot tell this error from content, and neither can callers (lambda_runtime: src/types.rs, to_tailer). */
function remarkOn(tail: Buffer): string | undefined {
  const told = parseErrorTrailer(tail);
  return (
    told &&
    `broke its stream off: ${told.message} (lambda_runtime writes that into the body as its last line; ` +
      'Lambda and its callers take the answer for complete)'
  );
}
