import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf } from '../http/header.js';
import { invalidResponseMode } from '../lambda/function-errors.js';
import {
  invalidFunctionResponseMode,
  type RuntimeApiAnswer,
  staleInvocation410,
} from '../lambda/runtime-api-answers.js';
import type { ConcurrentEnvironment, Held } from './concurrent-environment.js';
import { type ConcurrentInput, faultAnswer } from './concurrent-state.js';
import { httpPoll } from './poll.js';
import { type Answering, readAnswer, reportedFailure } from './received-answer.js';
import { send } from './runtime-http.js';
import { receiveStream } from './streamed-response.js';

/**
 * What differs in the Runtime API for a runtime that takes several invocations at once: polls are as many as there
 * come, and answers are told apart by the request id.
 * Source: RIE internal/lambda-managed-instances/rapi/handler/invocation{next,response,error}.go.
 */

export function next(environment: ConcurrentEnvironment, response: ServerResponse): void {
  const poll = httpPoll(response);
  const fault = environment.polled(poll);
  if (fault) send(response, faultAnswer(fault));
  else response.once('close', () => environment.pollEnded(poll));
}

export function answer(
  environment: ConcurrentEnvironment,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const held = begin(environment, id, 'response', request, response);
  if (!held) return;
  const from = whileIt(environment, held, 'responding');
  const received = receiver(environment, held, from, response);
  const mode = request.headers['lambda-runtime-function-response-mode'];
  if (mode !== undefined && mode !== 'streaming') {
    request.resume();
    from.unanswered?.fail(invalidResponseMode(id));
    return received(invalidFunctionResponseMode);
  }
  from.unanswered?.answering();
  if (mode === 'streaming') receiveStream(from, id, request, received);
  else readAnswer(from, id, request, received, (run, bytes) => run.succeed(bytes));
}

export function failed(
  environment: ConcurrentEnvironment,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const held = begin(environment, id, 'error', request, response);
  if (!held) return;
  const from = whileIt(environment, held, 'failing');
  const received = receiver(environment, held, from, response);
  readAnswer(from, id, request, received, (run, bytes) => run.fail(reportedFailure(request, bytes)));
}

function begin(
  environment: ConcurrentEnvironment,
  id: string,
  input: ConcurrentInput,
  request: IncomingMessage,
  response: ServerResponse,
): Held | undefined {
  const held = environment.answering(id, headerOf(request, 'lambda-runtime-invocation-id'), input);
  if (typeof held !== 'string') return held;
  request.resume();
  send(response, faultAnswer(held));
  return undefined;
}

/** An answer counts as long as no error has taken its place, and it has not come too late. */
function whileIt(environment: ConcurrentEnvironment, held: Held, is: Held['fate']): Answering {
  return {
    remark: (text) => environment.remark(text),
    get unanswered() {
      return held.fate === is && !held.run.answered ? held.run : undefined;
    },
  };
}

/** Called when the body is complete or broken, just before the caller is told. */
function receiver(
  environment: ConcurrentEnvironment,
  held: Held,
  from: Answering,
  response: ServerResponse,
): (told: RuntimeApiAnswer) => void {
  return (told) => {
    const late = from.unanswered === undefined && told !== invalidFunctionResponseMode;
    send(response, late ? staleInvocation410 : told);
    // The caller is told in this turn of the event loop.
    if (!late) process.nextTick(() => environment.conclude(held));
  };
}
