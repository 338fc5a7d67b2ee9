import { describe, expect, it } from 'vitest';
import { invoke, serve } from '../support/functions.js';
import { echo, next, respond } from '../support/runtime-actions.js';

/** Which function an Invoke request means, and what is refused before any function runs. */

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:hello';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const withType = (type: string) => ({ headers: { 'X-Amz-Invocation-Type': type } });
const BASE64_CONTEXT = Buffer.from('{"custom":{}}').toString('base64');

describe('names', () => {
  it.each([
    ['hello', '', ARN],
    ['hello', '?Qualifier=$LATEST', `${ARN}:$LATEST`],
    ['hello', '?Qualifier=%24LATEST', `${ARN}:$LATEST`],
    ['hello:$LATEST', '', `${ARN}:$LATEST`],
    ['hello%3A%24LATEST', '', `${ARN}:$LATEST`],
    ['123456789012:function:hello', '', ARN],
    [ARN, '', ARN],
    [encodeURIComponent(ARN), '', ARN],
    [encodeURIComponent(`${ARN}:$LATEST`), '?Qualifier=$LATEST', `${ARN}:$LATEST`],
  ])('%s%s', async (name, query, arn) => {
    const service = await serve([
      next(),
      respond((event) => JSON.stringify(event.headers['lambda-runtime-invoked-function-arn'])),
      next(),
    ]);
    const answer = await invoke(service, '{}', { name, query });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, arn]);
  });

  it.each([
    [
      'doesnotexist',
      '',
      404,
      'ResourceNotFoundException',
      `Function not found: ${ARN.replace('hello', 'doesnotexist')}:$LATEST`,
    ],
    ['hello', '?Qualifier=live', 404, 'ResourceNotFoundException', `Function not found: ${ARN}:live`],
    ['hello:1', '', 404, 'ResourceNotFoundException', `Function not found: ${ARN}:1`],
    [
      encodeURIComponent(ARN.replace('us-east-1', 'eu-west-1')),
      '',
      404,
      'ResourceNotFoundException',
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    ],
    [
      encodeURIComponent(`${ARN}:$LATEST`),
      '?Qualifier=1',
      400,
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    ],
    [
      '*',
      '',
      400,
      'ValidationException',
      /^1 validation error detected: Value '\*' at 'functionName' failed/,
    ],
    [
      'hello',
      '?Qualifier=invalid!',
      400,
      'ValidationException',
      /^1 validation error detected: Value 'invalid!' at 'qualifier'/,
    ],
    ['*', '?Qualifier=invalid!', 400, 'ValidationException', /^2 validation errors detected: /],
  ])('%s%s is refused', async (name, query, status, type, message) => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{}', { name, query });
    const body = JSON.parse(answer.text) as { Message?: string; message?: string };
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([status, type]);
    expect(answer.headers['x-amzn-requestid']).toMatch(UUID);
    const said = body.Message ?? body.message;
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(service.runtimes.starts).toHaveLength(0);
  });
});

describe('payloads that are refused', () => {
  it.each([
    ['text', Buffer.from('not json')],
    ['half an object', Buffer.from('{"a":')],
    ['two values', Buffer.from('{} {}')],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0x61, 0x87, 0x22])],
    ['white space', Buffer.from('  ')],
  ])('%s', async (_name, payload) => {
    const service = await serve([echo()]);
    const answer = await invoke(service, payload);
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([
      400,
      'InvalidRequestContentException',
    ]);
    expect(JSON.parse(answer.text)).toEqual({
      Type: 'User',
      message: expect.stringMatching(/^Could not parse request body into json: /),
    });
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it.each([
    [
      'RequestResponse',
      6_291_456,
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    ],
    [
      'Event',
      1_048_576,
      '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    ],
  ])('%s: one byte more than %d', async (type, limit, words) => {
    const service = await serve([echo()]);
    const text = (size: number) => `"${'x'.repeat(size - 2)}"`;
    const whole = await invoke(service, text(limit + 1), withType(type));
    const { 'X-Amz-Invocation-Type': named } = withType(type).headers;
    const chunked = await invoke(service, text(limit + 1), {
      headers: { 'X-Amz-Invocation-Type': named, 'Transfer-Encoding': 'chunked' },
    });
    for (const answer of [whole, chunked]) {
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([
        413,
        'RequestEntityTooLargeException',
      ]);
      expect(JSON.parse(answer.text)).toEqual({ Message: words });
    }
    expect(service.runtimes.starts).toHaveLength(0);
    expect((await invoke(service, text(limit), withType(type))).status).toBeLessThan(300);
  });

  it('an invocation type that AWS does not have', async () => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{}', withType('Async'));
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([400, 'ValidationException']);
    expect(JSON.parse(answer.text).message).toBe(
      "1 validation error detected: Value 'Async' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    );
  });

  it.each([
    ['no base64', '{"custom":{}}'],
    ['no JSON', Buffer.from('{').toString('base64')],
    ['no object', Buffer.from('[]').toString('base64')],
    ['more than 3,583 bytes', BASE64_CONTEXT.padEnd(3_584, 'A')],
  ])('a client context that is %s', async (_name, context) => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{}', { headers: { 'X-Amz-Client-Context': context } });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([
      400,
      'InvalidRequestContentException',
    ]);
    expect(service.runtimes.starts).toHaveLength(0);
  });
});
