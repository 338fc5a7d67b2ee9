import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Deliver, Delivery, MessageAttributes } from '../lambda/event-record.js';
import { quietSdk } from './quiet-sdk.js';

/** A queue that does not answer must not hold up the others' messages for long, in milliseconds. */
const PATIENCE = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** What the SDK is told beside the message. */
interface How {
  readonly abortSignal: AbortSignal;
}

type Of<Service extends Delivery['service']> = Extract<Delivery, { service: Service }>;

/**
 * Sends messages through the AWS SDK: to the region of their ARN, with the credentials, profile and endpoints that
 * the user's environment and configuration name. Each service's client is loaded when it is needed first.
 */
export function deliverThroughSdk(): Deliver {
  const senders = new Senders();
  return async (delivery, signal) => {
    try {
      await senders.send(delivery, { abortSignal: signal });
    } catch (error) {
      throw new Error(reason(error as Error), { cause: error });
    }
  };
}

class Senders {
  private readonly clients = new Map<string, Promise<unknown>>();
  /** By ARN. */
  private readonly queueUrls = new Map<string, string>();

  send(delivery: Delivery, how: How): Promise<void> {
    switch (delivery.service) {
      case 'sqs':
        return this.toQueue({ ...delivery, service: 'sqs' }, how);
      case 'sns':
        return this.toTopic({ ...delivery, service: 'sns' }, how);
      case 'events':
        return this.toEventBus(delivery, how);
      case 'lambda':
        return this.toFunction(delivery, how);
    }
  }

  private async toQueue({ arn, body, attributes, traceHeader }: Of<'sqs' | 'sns'>, how: How): Promise<void> {
    const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const client = await this.client<SQSClient>('sqs', arn, async (settings) => {
      const { SQSClient: Client } = await import('@aws-sdk/client-sqs');
      return new Client(settings);
    });
    await client.send(
      new SendMessageCommand({
        QueueUrl: await this.queueUrl(client, arn, how),
        MessageBody: body,
        MessageAttributes: spelt(attributes),
        ...(traceHeader !== undefined && {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
        }),
      }),
      how,
    );
  }

  private async queueUrl(client: SQSClient, arn: string, how: How): Promise<string> {
    const known = this.queueUrls.get(arn);
    if (known !== undefined) return known;
    const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
    const [, , , , account, name] = arn.split(':');
    const asked = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
    const { QueueUrl: url = '' } = await client.send(asked, how);
    this.queueUrls.set(arn, url);
    return url;
  }

  private async toTopic({ arn, body, attributes }: Of<'sqs' | 'sns'>, how: How): Promise<void> {
    const { PublishCommand } = await import('@aws-sdk/client-sns');
    const client = await this.client<SNSClient>('sns', arn, async (settings) => {
      const { SNSClient: Client } = await import('@aws-sdk/client-sns');
      return new Client(settings);
    });
    await client.send(
      new PublishCommand({ TopicArn: arn, Message: body, MessageAttributes: spelt(attributes) }),
      how,
    );
  }

  private async toEventBus(delivery: Of<'events'>, how: How): Promise<void> {
    const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    const client = await this.client<EventBridgeClient>('events', delivery.arn, async (settings) => {
      const { EventBridgeClient: Client } = await import('@aws-sdk/client-eventbridge');
      return new Client(settings);
    });
    const { Entries } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: delivery.arn,
            Source: delivery.source,
            DetailType: delivery.detailType,
            Detail: delivery.detail,
            Resources: [...delivery.resources],
            Time: new Date(delivery.time),
            TraceHeader: delivery.traceHeader,
          },
        ],
      }),
      how,
    );
    // A call that went well may still have refused what it was given.
    const [entry] = Entries ?? [];
    if (entry?.ErrorCode !== undefined) throw new Error(`${entry.ErrorCode}: ${entry.ErrorMessage}`);
  }

  private async toFunction({ arn, payload }: Of<'lambda'>, how: How): Promise<void> {
    const { InvokeCommand } = await import('@aws-sdk/client-lambda');
    const client = await this.client<LambdaClient>('lambda', arn, async (settings) => {
      const { LambdaClient: Client } = await import('@aws-sdk/client-lambda');
      return new Client(settings);
    });
    const command = new InvokeCommand({
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: Buffer.from(payload),
    });
    await client.send(command, how);
  }

  /** One client for each service and region. */
  private client<Client>(
    service: string,
    arn: string,
    make: (settings: ClientSettings) => Promise<Client>,
  ): Promise<Client> {
    const region = arn.split(':')[3] ?? '';
    const key = `${service} ${region}`;
    const known = this.clients.get(key) as Promise<Client> | undefined;
    if (known) return known;
    prepareSdk();
    // The outbox tries again by itself.
    const made = make({ region, maxAttempts: 1, requestHandler: PATIENCE });
    this.clients.set(key, made);
    return made;
  }
}

interface ClientSettings {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: typeof PATIENCE;
}

function spelt(attributes: MessageAttributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      { DataType: type, StringValue: value },
    ]),
  );
}

function prepareSdk(): void {
  // The credential chain's last link asks the metadata service of an EC2 machine, which elsewhere is a wait for nothing.
  process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';
  quietSdk();
}

/** One line; a refused connection to several addresses has no message of its own. */
function reason(error: Error & { code?: string }): string {
  const text = (error.message || error.code || error.name).split('\n')[0] ?? '';
  const named = '$metadata' in error && !text.startsWith(error.name);
  return named ? `${error.name}: ${text}` : text;
}

/** Why nothing can be sent with the user's credentials; undefined when it can. */
export async function sendingProblem(): Promise<string | undefined> {
  prepareSdk();
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    await defaultProvider()();
    return undefined;
  } catch (error) {
    return reason(error as Error);
  }
}
