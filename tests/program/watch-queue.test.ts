import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { rustFunction, writeAssembly } from '../support/cdk-app.js';
import { LongLived } from '../support/cli.js';
import { type Moto, startMoto } from '../support/moto.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { until } from '../support/steering.js';

/** The built program takes messages from a queue service through the AWS SDK. */

let moto: Moto;
let sqs: SQSClient;
let project: FunctionProject;
let cli: LongLived | undefined;

beforeAll(async () => {
  moto = await startMoto();
  sqs = new SQSClient(moto.client);
});

beforeEach(async () => {
  project = await functionProject(['job']);
  await project.save('job', WORKER);
});

afterEach(async () => {
  await cli?.stop();
  cli = undefined;
  await project.remove();
});

afterAll(async () => {
  sqs.destroy();
  await moto.stop();
});

const WORKER = `(event) => {
  for (const one of event.Records) console.log('GOT ' + one.body + one.messageAttributes.Mark.stringValue);
  const failed = event.Records.filter((one) => one.body === 'b');
  return { batchItemFailures: failed.map((one) => ({ itemIdentifier: one.messageId })) };
}`;

function watch(...argv: string[]): LongLived {
  cli = new LongLived(['watch', '--invoke-port', '0', ...argv], {
    cwd: project.folder,
    env: { ...project.env, ...moto.env },
  });
  return cli;
}

/** Makes the queue, and puts three messages into it. */
async function fill(QueueName: string): Promise<string> {
  const Attributes = { VisibilityTimeout: '600' };
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  for (const MessageBody of ['a', 'b', 'c']) {
    const MessageAttributes = { Mark: { DataType: 'String', StringValue: '!' } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  }
  return QueueUrl;
}

/** All are taken, and the one that failed is neither deleted nor to be seen again before its time. */
async function expectWorkedOff(QueueUrl: string): Promise<void> {
  await until(async () => {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes: now } = await sqs.send(asked);
    const left = [now?.['ApproximateNumberOfMessages'], now?.['ApproximateNumberOfMessagesNotVisible']];
    return left.join() === '0,1';
  });
  const lines = cli?.text.stdout.split('\n').filter((line) => line.startsWith('GOT '));
  expect(lines?.sort()).toEqual(['GOT a!', 'GOT b!', 'GOT c!']);
}

it('watch --cdk works off a queue that is made later, and leaves in it what the function reports', async () => {
  await writeAssembly(project, {
    ...rustFunction('Job', 'job'),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'later' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'JobFunction' },
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  });
  const watching = watch('--cdk', 'cdk.out');
  const where = moto.url.replaceAll('.', '\\.');
  await watching.readUntil(
    new RegExp(`create-queue --queue-name later --region us-east-1 --endpoint-url ${where}$`, 'm'),
  );
  await expectWorkedOff(await fill('later'));
});

it('watch works off the queue that the project is deployed with, and tells of it and of schedules', async () => {
  const url = await fill('jobs');
  const arn = 'arn:aws:sqs:us-east-1:123456789012:jobs';
  const deploy = {
    event_sources: [{ arn, report_batch_item_failures: true }],
    schedules: [{ expression: 'rate(5 minutes)' }],
  };
  await project.functions(['job'], { lambda: { deploy } });
  const watching = watch();
  await watching.readUntil(new RegExp(`^ {2}${arn} → job\n {2}rate\\(5 minutes\\) → job$`, 'm'));
  await expectWorkedOff(url);
});
