import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { nextHeaders } from './next-headers.js';
import * as answers from './runtime-api-answers.js';
import { acceptedErrorType, errorPayload } from './runtime-error-type.js';

interface Recorded {
  cases: { name: string; status: number; body: string }[];
}

const ours: Record<string, answers.RuntimeApiAnswer> = {
  ok: answers.STATUS_OK,
  'invalid transition': answers.invalidStateTransition('Ready', 'InvocationResponse'),
  'invalid request id': answers.invalidRequestId,
  'invalid response mode': answers.invalidFunctionResponseMode,
  'too large': answers.payloadTooLarge413,
  truncated: answers.truncated400,
};

describe("the emulator's answers", () => {
  const { cases } = golden<Recorded>('runtime-api');

  it.each(cases)('$name', ({ name, status, body }) => {
    expect(ours[name]).toEqual({ status, body });
  });

  it('are all compared', () => {
    expect(Object.keys(ours).sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});

it('says 410 to a stale answer', () => {
  expect(answers.staleInvocation410.status).toBe(410);
  expect(JSON.parse(answers.staleInvocation410.body)).toEqual({
    errorType: 'InvokeTimeout',
    errorMessage: 'Invoke timeout',
  });
});

it.each([
  [undefined, 'Runtime.Unknown'],
  ['unhandled', 'Runtime.Unknown'],
  ['Runtime.StreamError', 'Runtime.StreamError'],
  ['Function.MyError', 'Function.MyError'],
  ['Function.lower', 'Function.Unknown'],
  ['Function.', 'Function.Unknown'],
  ['Runtime.lower', 'Runtime.Unknown'],
  ['', 'Runtime.Unknown'],
])('takes the error type %s as %s', (header, type) => {
  expect(acceptedErrorType(header)).toBe(type);
});

describe('the body of a reported error', () => {
  const WITH_CAUSE = 'application/vnd.aws.lambda.error.cause+json';
  const error = { errorMessage: 'm', errorType: 'T', stackTrace: ['a'] };

  it.each([
    ['a cause', { ...error, cause: { exceptions: [] }, causes: [1] }, JSON.stringify(error)],
    ['no stack trace', { errorMessage: 'm', errorType: 'T' }, '{"errorMessage":"m","errorType":"T"}'],
    ['no object', ['x'], '"Invalid error body"'],
  ])('with %s', (_, body, payload) => {
    expect(errorPayload(WITH_CAUSE, Buffer.from(JSON.stringify(body)))).toBe(payload);
  });

  it('with a cause that is not JSON', () => {
    expect(errorPayload(WITH_CAUSE, Buffer.from('{'))).toBe('"Invalid error body"');
  });

  it.each([undefined, 'application/json', 'text/plain'])(
    'of type %s is passed on, not copied',
    (contentType) => {
      const body = Buffer.from('{ not even JSON');
      expect(errorPayload(contentType, body)).toBe(body);
    },
  );
});

describe('headers of an event', () => {
  const invocation = {
    requestId: 'r',
    invocationId: 'i',
    deadlineMs: 1767225600000,
    arn: 'arn:fn',
    traceId: 'Root=1',
  };

  it('alternate names and values, and leave out what is empty', () => {
    expect(nextHeaders({ ...invocation, clientContext: '', cognitoIdentity: undefined })).toEqual([
      'Content-Type',
      'application/json',
      'Lambda-Runtime-Aws-Request-Id',
      'r',
      'Lambda-Runtime-Deadline-Ms',
      '1767225600000',
      'Lambda-Runtime-Invoked-Function-Arn',
      'arn:fn',
      'Lambda-Runtime-Trace-Id',
      'Root=1',
      'Lambda-Runtime-Invocation-Id',
      'i',
    ]);
  });

  it('carry context, identity, tenant and content type', () => {
    const headers = nextHeaders({
      ...invocation,
      clientContext: '{"a":1}',
      cognitoIdentity: '{}',
      tenantId: 't',
      contentType: 'text/x',
    });
    expect(headers.slice(0, 2)).toEqual(['Content-Type', 'text/x']);
    expect(headers.slice(-6)).toEqual([
      'Lambda-Runtime-Client-Context',
      '{"a":1}',
      'Lambda-Runtime-Cognito-Identity',
      '{}',
      'Lambda-Runtime-Aws-Tenant-Id',
      't',
    ]);
  });

  it('carry a context of several lines and any letters as bytes of UTF-8', () => {
    const clientContext = '{\r\n "name": "Zoë ✓"}';
    const value = nextHeaders({ ...invocation, clientContext }).at(-1) ?? '';
    expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
    expect(JSON.parse(Buffer.from(value, 'latin1').toString('utf8'))).toEqual({ name: 'Zoë ✓' });
  });
});
