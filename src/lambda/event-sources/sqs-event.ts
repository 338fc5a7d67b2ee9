/**
 * Messages of a queue as the event of a function (SNAP:event_source_mapping/test_lambda_integration_sqs
 * #test_message_body_and_attributes_passed_correctly; tests/golden/event-sources.json).
 */
import { MAX_SYNC_REQUEST_BYTES } from '../limits.js';
import type { QueueMessage } from './queue-port.js';

/** JSON of one record. */
export function toSqsRecord(message: QueueMessage, queueArn: string): string {
  const messageAttributes = Object.fromEntries(
    Object.entries(message.messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { stringValue, binaryValue, stringListValues: [], binaryListValues: [], dataType },
    ]),
  );
  return JSON.stringify({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes,
    md5OfMessageAttributes: message.md5OfMessageAttributes ?? null,
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  });
}

export interface SqsBatch {
  readonly messages: readonly QueueMessage[];
  readonly event: string;
}

const HEAD = '{"Records":[';
const TAIL = ']}';

/** The messages as events, each of which a function can be invoked with: an event has 6 MB at most. */
export function toSqsBatches(messages: readonly QueueMessage[], queueArn: string): SqsBatch[] {
  const batches: { messages: QueueMessage[]; records: string[] }[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const record = toSqsRecord(message, queueArn);
    const bytes = Buffer.byteLength(record) + 1;
    if (size + bytes > MAX_SYNC_REQUEST_BYTES) {
      batches.push({ messages: [], records: [] });
      size = HEAD.length + TAIL.length;
    }
    size += bytes;
    const last = batches.at(-1);
    last?.messages.push(message);
    last?.records.push(record);
  }
  return batches.map(({ messages: those, records }) => ({
    messages: those,
    event: `${HEAD}${records.join(',')}${TAIL}`,
  }));
}
