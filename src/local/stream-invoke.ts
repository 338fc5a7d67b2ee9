import type { ServerResponse } from 'node:http';
import { whenWritable } from '../http/drain.js';
import { type Completion, failedBeforeStream, failedInStream } from '../lambda/invoke-complete.js';
import { answeredTrace } from '../lambda/trace.js';
import { sendError } from './api-answer.js';
import { eventFrame } from './event-frame.js';
import { type Caller, type Invocation, type ResponseStream, refusalError } from './invocation.js';
import type { Shape } from './shaped-stream.js';

/** Ends every stream. */
function completion(invocation: Invocation, told: Completion): Uint8Array {
  const result: Completion = { ...told, ...(invocation.tail && { LogResult: invocation.tail.base64() }) };
  return eventFrame('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(result)));
}

/**
 * Answers an InvokeWithResponseStream request: each chunk leaves as a frame of its own when the function has
 * written it. A buffered answer is one chunk; an error comes in the last frame only.
 */
export function streamingCaller(response: ServerResponse, shape: Shape, version: string): Caller {
  const open = (contentType: string | undefined, { requestId, traceId }: Invocation) => {
    if (response.headersSent || response.destroyed) return;
    // The SDKs take this Content-Type for the stream's own; that of the function is not passed on by name here
    // because botocore binds the member ResponseStreamContentType to the very same header.
    response.writeHead(200, [
      'Content-Type',
      'application/vnd.amazon.eventstream',
      'X-Amz-Executed-Version',
      version,
      'x-amzn-RequestId',
      requestId,
      'X-Amzn-Trace-Id',
      answeredTrace(traceId),
      ...(contentType ? ['X-Amzn-Remapped-Content-Type', contentType] : []),
    ]);
  };
  const write = (chunk: Buffer) =>
    response.write(eventFrame('PayloadChunk', 'application/octet-stream', chunk));
  const stream = (contentType: string | undefined, invocation: Invocation): ResponseStream => {
    open(contentType, invocation);
    response.flushHeaders();
    return shape({
      write: (chunk) => response.destroyed || write(chunk),
      whenDrained: (listener) => whenWritable(response, listener),
      end: () => void response.end(completion(invocation, {})),
      fail: (failure) => void response.end(completion(invocation, failedInStream(failure))),
    });
  };
  return {
    stream,
    succeed(payload, invocation) {
      open('application/octet-stream', invocation);
      if (payload.length > 0) write(payload);
      response.end(completion(invocation, {}));
    },
    fail(failure, invocation) {
      open('application/octet-stream', invocation);
      response.end(completion(invocation, failedBeforeStream(failure)));
    },
    refuse: (refusal, invocation) => sendError(response, invocation.requestId, refusalError(refusal)),
  };
}
