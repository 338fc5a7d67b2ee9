import type { IncomingMessage } from 'node:http';
import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import { responseTooLarge, truncatedResponse } from '../lambda/function-errors.js';
import { MAX_RESPONSE_BYTES } from '../lambda/limits.js';
import {
  payloadTooLarge413,
  type RuntimeApiAnswer,
  STATUS_OK,
  truncated400,
} from '../lambda/runtime-api-answers.js';
import { acceptedErrorType, errorPayload } from '../lambda/runtime-error-type.js';
import type { Failure } from './invocation.js';
import type { Run } from './run.js';

/** Who answers an invocation: the run as long as its answer has not been received. */
export interface Answering {
  readonly unanswered: Run | undefined;
  /** Tells the person of something that neither the function nor its caller is told. */
  remark(text: string): void;
}

/** Receives the body of an answer; one that cannot be taken whole is the function's failure. */
export function readAnswer(
  from: Answering,
  id: string,
  request: IncomingMessage,
  received: (told: RuntimeApiAnswer) => void,
  whole: (run: Run, bytes: Buffer) => void,
): void {
  readBody(request, MAX_RESPONSE_BYTES, (body) => {
    switch (body.kind) {
      case 'whole':
        received(STATUS_OK);
        if (from.unanswered) whole(from.unanswered, body.bytes);
        return;
      case 'too-large':
        received(payloadTooLarge413);
        from.unanswered?.fail(responseTooLarge());
        return;
      case 'truncated':
        received(truncated400);
        from.unanswered?.fail(truncatedResponse(id));
        return;
    }
  });
}

/** What a runtime reported with `POST …/error`. */
export function reportedFailure(request: IncomingMessage, bytes: Buffer): Failure {
  const errorType = acceptedErrorType(headerOf(request, 'lambda-runtime-function-error-type'));
  return { errorType, payload: errorPayload(request.headers['content-type'], bytes) };
}
