import { responseTooLarge } from '../lambda/function-errors.js';
import { MAX_RESPONSE_BYTES } from '../lambda/limits.js';
import type { Caller, Invocation, ResponseStream } from './invocation.js';

/** For a caller that takes an answer only as a whole: the chunks of a streaming function, put together. */
export function collected(caller: Caller, invocation: Invocation): ResponseStream {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
      return true;
    },
    whenDrained() {},
    end() {
      if (size > MAX_RESPONSE_BYTES) caller.fail(responseTooLarge(), invocation);
      else caller.succeed(Buffer.concat(chunks, size), invocation);
    },
    fail: (failure) => caller.fail(failure, invocation),
  };
}
