import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as errors from './wire-errors.js';

interface Recorded {
  cases: { name: string; status: number; type: string; body: object }[];
}

const fn = 'arn:aws:lambda:eu-west-1:111111111111:function:';
const ours: Record<string, errors.WireError> = {
  'unknown function': errors.functionNotFound(`${fn}doesnotexist:$LATEST`),
  'unknown alias': errors.functionNotFound(`${fn}fn:non-existent-alias`),
  throttled: errors.throttled('ReservedFunctionConcurrentInvocationLimitExceeded'),
  'qualifier mismatch': errors.qualifierMismatch(),
  'wrong region': errors.wrongRegion('us-east-2', 'eu-west-1'),
  'function pending': errors.resourceConflictPending('Pending'),
  'tenant id missing': errors.tenantIdMissing(),
  'tenant id surplus': errors.tenantIdSurplus(),
};

describe('recorded refusals', () => {
  const { cases } = golden<Recorded>('api-errors');

  it.each(cases)('$name', ({ name, status, type, body }) => {
    expect(ours[name]).toMatchObject({ status, type, body: JSON.stringify(body) });
  });

  it('are all compared', () => {
    expect(Object.keys(ours).sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});

describe('refusals without a recording', () => {
  it.each([
    [errors.badClientContext(), 400, 'Client context must be a valid Base64-encoded JSON object.'],
    [errors.clientContextTooLarge(3583), 400, 'Client context must be at most 3583 bytes.'],
    [errors.unsupportedMediaType('text/csv'), 415, 'Unsupported content type: text/csv'],
    [errors.invalidJson('x'), 400, 'Could not parse request body into json: x'],
  ])('%o', (error, status, message) => {
    expect(error.status).toBe(status);
    expect(JSON.parse(error.body)).toHaveProperty('message', message);
  });
});

it('says what is too large as callers met it', () => {
  interface Limits {
    cases: Record<string, { message?: string; body?: string; size?: number }>;
  }
  const { cases } = golden<Limits>('payload-limits');
  const { size, message } = cases['Event, 1,525,970 bytes']!;
  expect(JSON.parse(errors.eventTooLarge(size!).body)).toEqual({ Message: message });
  expect(JSON.parse(errors.requestTooLarge().body).Message).toBe(cases['Invoke, 7,000,002 bytes']!.message);
  expect(errors.requestTooLarge()).toMatchObject({
    status: 413,
    type: 'RequestEntityTooLargeException',
    body: cases['function URL, 10 MB']!.body,
  });
});

it('counts validation errors and gives no Type', () => {
  const one = errors.brokenConstraint('*', 'functionName', 'A');
  const message = "1 validation error detected: Value '*' at 'functionName' failed to satisfy constraint: A";
  expect(errors.validation(one).body).toBe(JSON.stringify({ message }));
  expect(JSON.parse(errors.validation(['A', 'B']).body)).toEqual({
    message: '2 validation errors detected: A; B',
  });
});

it('sends the type in a header, and Retry-After with a throttle that knows it', () => {
  expect(errors.wireErrorHeaders(errors.throttled('CallerRateLimitExceeded', 2))).toEqual({
    'Content-Type': 'application/json',
    'x-amzn-ErrorType': 'TooManyRequestsException',
    'Retry-After': '2',
  });
  expect(errors.wireErrorHeaders(errors.throttled('CallerRateLimitExceeded'))).not.toHaveProperty(
    'Retry-After',
  );
});
