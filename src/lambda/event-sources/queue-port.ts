/** A queue as an event source sees it; the AWS SDK stands behind it (src/aws/queues.ts), or a test. */

/** A message as SQS hands it out, in the words of ReceiveMessage. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string | undefined;
  /** System attributes, such as ApproximateReceiveCount. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, QueueMessageAttribute>>;
}

export interface QueueMessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  /** Base64. */
  readonly binaryValue?: string | undefined;
}

export interface QueueFacts {
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
}

export interface QueuePort {
  /** @throws Error with a name such as QueueDoesNotExist */
  open(arn: string, signal: AbortSignal): Promise<QueueFacts>;
  /** @param how.most at most 10 */
  receive(
    arn: string,
    url: string,
    how: { readonly most: number; readonly waitSeconds: number },
    signal: AbortSignal,
  ): Promise<readonly QueueMessage[]>;
  /** At most 10 of them. */
  remove(arn: string, url: string, messages: readonly QueueMessage[], signal: AbortSignal): Promise<void>;
}

/** The most that one ReceiveMessage or DeleteMessageBatch takes (SQS developer guide, quotas). */
export const QUEUE_CALL_LIMIT = 10;

/** The longest that a ReceiveMessage waits (SQS developer guide, long polling). */
export const LONGEST_WAIT_SECONDS = 20;
