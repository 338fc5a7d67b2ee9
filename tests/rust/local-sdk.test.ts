import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { describe, expect, inject, it } from 'vitest';
import { serveReal } from '../support/functions.js';
import { temporaryFolder } from '../support/processes.js';

/** The AWS SDK for JavaScript, against functions made with the official crates. */

const built = inject('functions');
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:event-echo';

async function client(...names: string[]): Promise<LambdaClient> {
  const service = await serveReal({
    functions: names.map((name) => ({ name, bootstrap: built[name]! })),
  });
  return new LambdaClient({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

async function invoke(lambda: LambdaClient, input: InvokeCommandInput) {
  const { Payload, LogResult, ...result } = await lambda.send(new InvokeCommand(input));
  const text = Payload?.transformToString() ?? '';
  return {
    ...result,
    payload: text === '' ? undefined : JSON.parse(text),
    log: Buffer.from(LogResult ?? '', 'base64').toString(),
  };
}

describe('Invoke', () => {
  it('answers with payload, version and log', async () => {
    const lambda = await client('event-echo');
    const answer = await invoke(lambda, { FunctionName: 'event-echo', Payload: '{"a":1}', LogType: 'Tail' });
    expect(answer).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      payload: { event: { a: 1 }, arn: ARN, requestId: answer.$metadata.requestId },
    });
    expect(answer).not.toHaveProperty('FunctionError');
    expect(answer.log).toMatch(
      new RegExp(
        `^START RequestId: ${answer.$metadata.requestId} Version: .LATEST\ngot .*\nEND .*\nREPORT .*\n$`,
      ),
    );
  });

  it.each([
    ['its ARN', { FunctionName: ARN }, ARN],
    ['a partial ARN', { FunctionName: '123456789012:function:event-echo' }, ARN],
    ['name and qualifier', { FunctionName: 'event-echo:$LATEST' }, `${ARN}:$LATEST`],
    ['a qualifier', { FunctionName: 'event-echo', Qualifier: '$LATEST' }, `${ARN}:$LATEST`],
  ])('finds the function by %s', async (_name, input, arn) => {
    const lambda = await client('event-echo');
    expect((await invoke(lambda, input)).payload).toMatchObject({ arn, event: {} });
  });

  it('Event and DryRun', async () => {
    const lambda = await client('event-echo');
    expect(await invoke(lambda, { FunctionName: 'event-echo', InvocationType: 'Event' })).toMatchObject({
      StatusCode: 202,
      payload: undefined,
    });
    expect(await invoke(lambda, { FunctionName: 'event-echo', InvocationType: 'DryRun' })).toMatchObject({
      StatusCode: 204,
    });
  });

  it('hands a client context on', async () => {
    const lambda = await client('event-echo');
    const ClientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
    const { payload } = await invoke(lambda, { FunctionName: 'event-echo', ClientContext });
    expect(payload.clientContext.custom).toEqual({ k: 'v' });
  });

  it('tells a function error as a result, not as an exception', async () => {
    const lambda = await client('failing');
    for (const [mode, errorType] of [
      ['err', expect.stringContaining('dyn core::error::Error')],
      ['panic', expect.stringContaining('dyn core::any::Any')],
      ['segfault', 'Runtime.ExitError'],
    ]) {
      const Payload = JSON.stringify({ mode });
      expect(await invoke(lambda, { FunctionName: 'failing', Payload, LogType: 'Tail' })).toMatchObject({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        payload: { errorType },
        log: expect.stringContaining(`about to: "${mode}"`),
      });
    }
  });

  it.each([
    [
      'ResourceNotFoundException',
      404,
      { FunctionName: 'nobody' },
      'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST',
    ],
    [
      'InvalidRequestContentException',
      400,
      { FunctionName: 'event-echo', Payload: '{' },
      'Could not parse request body into json',
    ],
    [
      'RequestEntityTooLargeException',
      413,
      { FunctionName: 'event-echo', Payload: `"${'x'.repeat(6_291_456)}"` },
      'Request must be smaller than 6291456 bytes',
    ],
    [
      'InvalidParameterValueException',
      400,
      { FunctionName: 'event-echo:$LATEST', Qualifier: '1' },
      'The derived qualifier',
    ],
  ])('throws %s', async (name, status, input, message) => {
    const lambda = await client('event-echo');
    await expect(lambda.send(new InvokeCommand(input))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it('throws TooManyRequestsException with its reason', async () => {
    const service = await serveReal({
      functions: [{ name: 'event-echo', bootstrap: built['event-echo']! }],
      concurrency: 0,
    });
    const lambda = new LambdaClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'event-echo' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ConcurrentInvocationLimitExceeded',
      message: 'Rate Exceeded.',
    });
  });
});

describe('InvokeWithResponseStream', () => {
  async function* pieces(lambda: LambdaClient, input: InvokeCommandInput): AsyncGenerator<string | object> {
    const { EventStream } = await lambda.send(
      new InvokeWithResponseStreamCommand({ ...input, InvocationType: 'RequestResponse' }),
    );
    for await (const event of EventStream ?? []) {
      if (event.PayloadChunk) yield Buffer.from(event.PayloadChunk.Payload ?? []).toString();
      if (event.InvokeComplete) yield event.InvokeComplete;
    }
  }
  const withoutPrelude = (text: string) => text.slice(text.lastIndexOf('\0') + 1);

  it('hands out chunk by chunk, as the function writes', async () => {
    const lambda = await client('streaming-events');
    const folder = temporaryFolder();
    const release = join(folder.path, 'go on');
    const Payload = JSON.stringify({ chunks: 3, release });
    const got: (string | object)[] = [];
    for await (const piece of pieces(lambda, { FunctionName: 'streaming-events', Payload })) {
      got.push(piece);
      // The function writes nothing more before this file exists.
      if (typeof piece === 'string' && piece.endsWith('line 1\n')) writeFileSync(release, '');
    }
    folder.remove();
    const text = got.filter((piece) => typeof piece === 'string').join('');
    expect(text).toMatch(/^\{"statusCode":200,.*\}\0{8}line 1\n/);
    expect(withoutPrelude(text)).toBe('line 1\nline 2\nline 3\n');
    expect(got.at(-1)).toEqual({});
  });

  it('tells the end of the process after what had come', async () => {
    const lambda = await client('streaming-events');
    const got: (string | object)[] = [];
    const Payload = '{"chunks":2,"exit":true}';
    for await (const piece of pieces(lambda, { FunctionName: 'streaming-events', Payload })) got.push(piece);
    expect(withoutPrelude(got.slice(0, -1).join(''))).toMatch(/^line 1\n/);
    expect(got.at(-1)).toEqual({ ErrorCode: 'Runtime.TruncatedResponse' });
  });

  it('gives a buffered function’s answer, and its log', async () => {
    const lambda = await client('event-echo');
    const got: (string | object)[] = [];
    const input: InvokeCommandInput = { FunctionName: 'event-echo', Payload: '7', LogType: 'Tail' };
    for await (const piece of pieces(lambda, input)) got.push(piece);
    expect(JSON.parse(String(got[0]))).toMatchObject({ event: 7 });
    const { LogResult } = got[1] as { LogResult: string };
    expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/^START .*\ngot .*\nEND .*\nREPORT /);
  });

  it('throws what Invoke throws', async () => {
    const lambda = await client('event-echo');
    await expect(pieces(lambda, { FunctionName: 'nobody' }).next()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
