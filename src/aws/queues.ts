import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueMessage, QueuePort } from '../lambda/event-sources/queue-port.js';
import { quietSdk } from './quiet-sdk.js';

/** Longer than the longest wait for messages, in milliseconds. */
const PATIENCE = { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Queues through the AWS SDK, in the region of their ARN, with the user's credentials and endpoints. */
export function queuesThroughSdk(): QueuePort {
  const clients = new Map<string, Promise<SQSClient>>();
  const clientFor = (arn: string) => {
    const region = arn.split(':')[3] ?? '';
    const known = clients.get(region);
    if (known) return known;
    const made = makeClient(region);
    clients.set(region, made);
    return made;
  };
  return {
    async open(arn, abortSignal) {
      const { GetQueueUrlCommand, GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
      const client = await clientFor(arn);
      const [, , , , account, name] = arn.split(':');
      const asked = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
      const { QueueUrl: url = '' } = await client.send(asked, { abortSignal }).catch((error: Error) => {
        throw /NonExistentQueue|QueueDoesNotExist/.test(error.name)
          ? missingQueue(name ?? '', arn, error)
          : error;
      });
      const wanted = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['VisibilityTimeout'] });
      const { Attributes = {} } = await client.send(wanted, { abortSignal });
      return { url, visibilityTimeoutSeconds: Number(Attributes['VisibilityTimeout'] ?? 30) };
    },
    async receive(arn, url, { most, waitSeconds }, abortSignal) {
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
      const client = await clientFor(arn);
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: most,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await client.send(command, { abortSignal });
      return Messages.map(messageOf);
    },
    async remove(arn, url, messages, abortSignal) {
      const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
      const client = await clientFor(arn);
      const command = new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        })),
      });
      const { Failed = [] } = await client.send(command, { abortSignal });
      const [first] = Failed;
      if (first)
        throw new Error(`${Failed.length} messages could not be deleted: ${first.Message ?? first.Code}`);
    },
  };
}

/** Nobody has made it: watch does not, for the queue service may be AWS. */
function missingQueue(name: string, arn: string, cause: Error): Error {
  const endpoint = process.env['AWS_ENDPOINT_URL_SQS'] ?? process.env['AWS_ENDPOINT_URL'];
  const where = `--region ${arn.split(':')[3]}${endpoint ? ` --endpoint-url ${endpoint}` : ''}`;
  return new Error(
    `${cause.message} Make it, and it is found: aws sqs create-queue --queue-name ${name} ${where}`,
    { cause },
  );
}

async function makeClient(region: string): Promise<SQSClient> {
  const { SQSClient: Client } = await import('@aws-sdk/client-sqs');
  process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';
  quietSdk();
  return new Client({ region, maxAttempts: 1, requestHandler: PATIENCE });
}

function messageOf(message: Message): QueueMessage {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    md5OfBody: message.MD5OfBody ?? '',
    md5OfMessageAttributes: message.MD5OfMessageAttributes,
    attributes: (message.Attributes ?? {}) as Record<string, string>,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, one]) => [
        name,
        {
          dataType: one.DataType ?? 'String',
          stringValue: one.StringValue,
          binaryValue: one.BinaryValue && Buffer.from(one.BinaryValue).toString('base64'),
        },
      ]),
    ),
  };
}
