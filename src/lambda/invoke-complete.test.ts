import { expect, it } from 'vitest';
import { exitError, responseTooLarge, timedOut, truncatedResponse } from './function-errors.js';
import { failedBeforeStream, failedInStream, type StreamFailure } from './invoke-complete.js';

const exit = exitError('id', { kind: 'exit', status: 3 });

it.each<[string, StreamFailure, object]>([
  ['an exit', exit, { ErrorCode: 'Runtime.TruncatedResponse' }],
  ['a stream that broke off', truncatedResponse('id'), { ErrorCode: 'Runtime.TruncatedResponse' }],
  ['a timeout', timedOut('id', 3), { ErrorCode: 'Sandbox.Timedout' }],
  ['too much', responseTooLarge(), { ErrorCode: 'Function.ResponseSizeTooLarge' }],
  [
    'an error in trailers',
    { errorType: 'Function.Unknown', payload: Buffer.from('{"errorMessage":"ü"}'), trailer: 'Function.mine' },
    { ErrorCode: 'Function.mine', ErrorDetails: '{"errorMessage":"ü"}' },
  ],
])('tells %s in a stream', (_, failure, told) => {
  expect(failedInStream(failure)).toEqual(told);
});

it('tells what Invoke would when nothing has been streamed', () => {
  expect(failedBeforeStream(exit)).toEqual({ ErrorCode: 'Unhandled', ErrorDetails: exit.payload });
});
