import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, expect, it } from 'vitest';
import { rustFunction, writeAssembly } from '../support/cdk-app.js';
import { LongLived } from '../support/cli.js';
import { type Moto, startMoto } from '../support/moto.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { until } from '../support/steering.js';

/** The built program takes messages from a queue service through the AWS SDK. */

let moto: Moto;
let project: FunctionProject;
let cli: LongLived;

afterEach(async () => {
  await cli?.stop();
  await project?.remove();
  await moto?.stop();
});

const WORKER = `(event) => {
  console.log('GOT ' + event.Records.map((one) => one.body + one.messageAttributes.Mark.stringValue).join());
  const failed = event.Records.filter((one) => one.body === 'b');
  return { batchItemFailures: failed.map((one) => ({ itemIdentifier: one.messageId })) };
}`;

it('watch --cdk works off a queue that is made later, and leaves in it what the function reports', async () => {
  moto = await startMoto();
  project = await functionProject(['job']);
  await project.save('job', WORKER);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ endpoint: moto.url, region: 'us-east-1', credentials });
  await writeAssembly(project, {
    ...rustFunction('Job', 'job'),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'JobFunction' },
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  });
  cli = new LongLived(['watch', '--invoke-port', '0', '--cdk', 'cdk.out'], {
    cwd: project.folder,
    env: { ...project.env, ...moto.env },
  });
  await cli.readUntil(
    new RegExp(
      `create-queue --queue-name jobs --region us-east-1 --endpoint-url ${moto.url.replaceAll('.', '\\.')}$`,
      'm',
    ),
  );
  const Attributes = { VisibilityTimeout: '600' };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes }));
  for (const MessageBody of ['a', 'b', 'c']) {
    const MessageAttributes = { Mark: { DataType: 'String', StringValue: '!' } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  }
  await cli.readUntil(/GOT a!,b!,c!/, 'stdout');
  const left = async () => {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes: now } = await sqs.send(asked);
    return [now?.['ApproximateNumberOfMessages'], now?.['ApproximateNumberOfMessagesNotVisible']];
  };
  await until(async () => (await left())[1] === '1');
  expect(await left()).toEqual(['0', '1']);
});
