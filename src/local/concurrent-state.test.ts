import { expect, it } from 'vitest';
import {
  answerStep,
  type ConcurrentFault,
  type ConcurrentInput,
  type Fate,
  faultAnswer,
  mayPoll,
} from './concurrent-state.js';

it.each<[Fate, ConcurrentInput, string]>([
  ['unknown', 'response', 'Runtime.InvalidInvokeId'],
  ['unknown', 'error', 'Runtime.InvalidInvokeId'],
  ['running', 'response', 'responding'],
  ['running', 'error', 'failing'],
  ['responding', 'response', 'Runtime.InvokeResponseInProgress'],
  ['responding', 'error', 'failing'],
  ['failing', 'response', 'Runtime.InvokeResponseInProgress'],
  ['failing', 'error', 'Runtime.InvokeErrorInProgress'],
  ['timed-out', 'response', 'Runtime.InvokeTimeout'],
  ['timed-out', 'error', 'Runtime.InvokeTimeout'],
])('of an invocation that is %s, %s: %s', (fate, input, result) => {
  const step = answerStep(fate, input);
  expect(step.allowed ? step.fate : step.fault).toBe(result);
});

it.each<[ConcurrentFault, number, string, string]>([
  ['Runtime.InvalidInvokeId', 400, 'InvalidRequestID', 'Invalid request ID'],
  ['Runtime.InvokeResponseInProgress', 400, 'InvalidRequestID', 'Invalid request ID'],
  ['Runtime.InvokeErrorInProgress', 400, 'InvalidRequestID', 'Invalid request ID'],
  ['Runtime.InvokeTimeout', 410, 'InvokeTimeout', 'Invoke timeout'],
  ['Runtime.TooManyIdleRuntimes', 500, 'InternalServerError', 'Internal Server Error'],
])('%s is answered with %i %s', (fault, status, errorType, errorMessage) => {
  const answer = faultAnswer(fault);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toEqual({ errorType, errorMessage });
});

it('lets as many polls wait as there may be invocations', () => {
  expect([mayPoll(0, 2), mayPoll(1, 2), mayPoll(2, 2)]).toEqual([true, true, false]);
});
