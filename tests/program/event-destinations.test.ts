import { type AddressInfo, createServer } from 'node:net';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { golden } from '../golden/read.js';
import { LongLived } from '../support/cli.js';
import { http } from '../support/http.js';
import { type Moto, startMoto } from '../support/moto.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { pythonClient } from '../support/python-clients.js';

/** The built program sends what became of events through the AWS SDK to an emulator of the other services. */

let moto: Moto;
let sqs: SQSClient;
let project: FunctionProject;
let cli: LongLived | undefined;

interface Queue {
  readonly url: string;
  readonly arn: string;
}

async function queue(name: string): Promise<Queue> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: String(Attributes?.['QueueArn']) };
}

/** Waits for the next message of a queue, and takes it out. */
async function received({ url }: Queue): Promise<Message> {
  for (;;) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    const [message] = Messages ?? [];
    if (!message) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    return message;
  }
}

async function watch(deploy: object, env: NodeJS.ProcessEnv = moto.env): Promise<string> {
  await project.functions(['hello'], { packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
  cli = new LongLived(['watch', '--invoke-port', '0', '--async-retry-delays', '10ms', '--log-view', 'json'], {
    cwd: project.folder,
    env: { ...project.env, ...env },
  });
  const [, url = ''] = await cli.readUntil(/function at (\S+)/);
  return url;
}

async function sendEvent(
  url: string,
  payload: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await http(`${url}/2015-03-31/functions/hello/invocations`, {
    method: 'POST',
    headers: { 'X-Amz-Invocation-Type': 'Event', ...headers },
    body: payload,
  });
  expect(answer.status).toBe(202);
  return String(answer.headers['x-amzn-requestid']);
}

const FAILS = "() => { throw new TypeError('Test exception (this is intentional)'); }";
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:hello:$LATEST';

describe.skipIf(!pythonClient('moto_server'))('what became of events', () => {
  beforeAll(async () => {
    moto = await startMoto();
    sqs = new SQSClient(moto.client);
  }, 60_000);
  afterAll(async () => {
    sqs?.destroy();
    await moto?.stop();
  });
  beforeEach(async () => {
    project = await functionProject();
  });
  afterEach(async () => {
    await cli?.stop();
    cli = undefined;
    await project.remove();
  });

  it('is told to a queue: the record of a success', async () => {
    const done = await queue('done');
    await project.save('hello', '(event) => ({ got: event })');
    const url = await watch({ on_success: done.arn });
    const event = '{"big": 12345678901234567890}';
    const requestId = await sendEvent(url, event);
    const message = await received(done);
    expect(message.Body).toContain(`"requestPayload":${event},`);
    expect(JSON.parse(message.Body ?? '')).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(DATE),
      requestContext: {
        requestId,
        functionArn: FUNCTION_ARN,
        condition: 'Success',
        approximateInvokeCount: 1,
      },
      requestPayload: JSON.parse(event),
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { got: JSON.parse(event) },
    });
    expect(message.MessageAttributes).toBeUndefined();
    expect(Object.keys(message.Attributes ?? {})).not.toContain('AWSTraceHeader');
    await cli?.readUntil(/"type":"event-queue\.delivered",.*"role":"on-success"/, 'stdout');
  });

  it('of a sampled trace has its header', async () => {
    const traced = await queue('traced');
    await project.save('hello', '() => 1');
    const url = await watch({ on_success: traced.arn });
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    await sendEvent(url, '{}', { 'X-Amzn-Trace-Id': `${root};Parent=53995c3f42cd8ad8;Sampled=1` });
    const { Attributes } = await received(traced);
    expect(Attributes?.['AWSTraceHeader']).toMatch(
      new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=1;Lineage=`),
    );
  });

  it('is told to a topic after all retries, and the event goes to the dead-letter queue', async () => {
    const { deadLetter } = golden<{ deadLetter: { attributes: object } }>('event-records');
    const [failures, dead] = [await queue('failures'), await queue('dead')];
    const sns = new SNSClient(moto.client);
    const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: 'failures' }));
    const subscription = { TopicArn: topic, Protocol: 'sqs', Endpoint: failures.arn };
    await sns.send(new SubscribeCommand(subscription));
    sns.destroy();
    await project.save('hello', FAILS);
    const url = await watch({ on_failure: topic, dead_letter_queue: dead.arn });
    const requestId = await sendEvent(url, '{"raise_error":1}');
    const told = JSON.parse((await received(failures)).Body ?? '') as { Message: string };
    expect(JSON.parse(told.Message)).toMatchObject({
      requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { raise_error: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'Test exception (this is intentional)' },
    });
    const letter = await received(dead);
    expect(letter.Body).toBe('{"raise_error":1}');
    expect(letter.MessageAttributes).toEqual({
      ...deadLetter.attributes,
      RequestID: { DataType: 'String', StringValue: requestId },
    });
  });

  it('can go to a dead-letter topic, with attributes', async () => {
    const letters = await queue('letters');
    const sns = new SNSClient(moto.client);
    const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: 'letters' }));
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: letters.arn }));
    sns.destroy();
    await project.save('hello', FAILS);
    const url = await watch({ dead_letter_queue: topic, maximum_retry_attempts: 0 });
    const requestId = await sendEvent(url, '{"raise_error":1}');
    expect(JSON.parse((await received(letters)).Body ?? '')).toMatchObject({
      Message: '{"raise_error":1}',
      MessageAttributes: {
        RequestID: { Type: 'String', Value: requestId },
        ErrorCode: { Type: 'Number', Value: '200' },
        ErrorMessage: { Type: 'String', Value: 'Test exception (this is intentional)' },
      },
    });
  });

  it('is told to an event bus', async () => {
    const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/default';
    const seen = await queue('seen');
    const events = new EventBridgeClient(moto.client);
    await events.send(new PutRuleCommand({ Name: 'all', EventPattern: '{"source":["lambda"]}' }));
    await events.send(new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: '1', Arn: seen.arn }] }));
    events.destroy();
    await project.save('hello', FAILS);
    const url = await watch({ on_failure: bus, maximum_retry_attempts: 0 });
    const requestId = await sendEvent(url, '{}');
    expect(JSON.parse((await received(seen)).Body ?? '')).toMatchObject({
      source: 'lambda',
      'detail-type': 'Lambda Function Invocation Result - Failure',
      resources: [bus, FUNCTION_ARN],
      detail: { version: '1.0', requestContext: { requestId, condition: 'RetriesExhausted' } },
    });
  });

  it('is told when it cannot be sent, and why, and the service goes on', async () => {
    await project.save('hello', '(event) => event');
    const url = await watch({ on_success: 'arn:aws:sqs:us-east-1:123456789012:missing' });
    await sendEvent(url, '{}');
    const [line] = await cli!.readUntil(/\{.*"type":"event-queue\.undelivered".*\n/, 'stdout');
    expect(JSON.parse(line)).toMatchObject({
      function: 'hello',
      role: 'on-success',
      target: 'arn:aws:sqs:us-east-1:123456789012:missing',
      why: expect.stringMatching(/^QueueDoesNotExist: The specified queue does not exist/),
      delayMs: 1000,
    });
    const answer = await http(`${url}/2015-03-31/functions/hello/invocations`, { method: 'POST', body: '1' });
    expect(answer.text).toBe('1');
  });

  it('holds up nobody who ends the service while the queue does not answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const asked = new Promise((resolve) => silent.once('connection', resolve));
    const { port } = silent.address() as AddressInfo;
    await project.save('hello', '(event) => event');
    const url = await watch(
      { on_success: 'arn:aws:sqs:us-east-1:123456789012:silent' },
      { ...moto.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    );
    await sendEvent(url, '{}');
    await asked;
    expect(await cli!.stop()).toBe(130);
    expect(cli!.text.stderr).toContain('1 message to a destination was still queued, and is gone');
    cli = undefined;
    silent.close();
  });

  it('is announced not to be sendable, without credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...without } = moto.env;
    await watch({ on_failure: 'arn:aws:sqs:us-east-1:123456789012:failures' }, without);
    await cli!.readUntil(
      /warning: Nothing can be sent to arn:aws:sqs:us-east-1:123456789012:failures: .*credentials.*\(mend: /i,
    );
  });
});

describe('settings that cannot be meant', () => {
  beforeEach(async () => {
    project = await functionProject();
  });
  afterEach(() => project.remove());

  it.each([
    [{ on_sucess: 'x' }, "there is no key 'on_sucess'; the nearest key there is: 'on_success'"],
    [
      { on_failure: 'arn:aws:s3:::bucket' },
      'it must be the ARN of a standard queue, a standard topic, an event bus',
    ],
    [{ dead_letter_queue: 'hello' }, 'it must be the ARN of a standard queue or a standard topic'],
    [{ maximum_event_age: 10 }, 'it must be a whole number from 60 to 21600'],
    [{ maximum_retry_attempts: 3 }, 'it must be a whole number from 0 to 2'],
    [{ on_success: 'hello' }, "You can't specify the function as a destination for itself."],
  ])('%j', async (deploy, text) => {
    await project.functions(['hello'], { packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
    const one = new LongLived(['watch', '--invoke-port', '0'], { cwd: project.folder, env: project.env });
    expect((await one.end()).code).toBe(2);
    expect(one.text.stderr).toContain(text);
  });
});
