import type { QueueMessage, QueuePort } from '../../src/lambda/event-sources/queue-port.js';

/** A queue in memory: what is received is out of sight until a test lets it be seen again. */
export interface TestQueue {
  readonly port: QueuePort;
  /** Every ReceiveMessage, in order. */
  readonly asked: { readonly most: number; readonly waitSeconds: number }[];
  /** Ids of messages that were deleted. */
  readonly removed: string[];
  /** Ids of those that were received and not deleted. */
  inFlight(): string[];
  send(body: string, more?: Partial<QueueMessage>): string;
  /** The visibility timeout of all messages ends. */
  reappear(): void;
  /** The next call of the port fails so. */
  failNext(error: Error): void;
}

export function testQueue(visibilityTimeoutSeconds = 30): TestQueue {
  const visible: QueueMessage[] = [];
  const hidden = new Map<string, QueueMessage>();
  const asked: TestQueue['asked'] = [];
  const removed: string[] = [];
  const failures: Error[] = [];
  let arrived: () => void = () => {};
  let count = 0;
  const fail = () => {
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const port: QueuePort = {
    async open(arn) {
      fail();
      return { url: `http://queues/${arn.split(':').at(-1)}`, visibilityTimeoutSeconds };
    },
    async receive(_arn, _url, how, signal) {
      asked.push(how);
      fail();
      if (visible.length === 0 && how.waitSeconds > 0) {
        await new Promise<void>((resolve, reject) => {
          arrived = resolve;
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        });
      }
      const taken = visible.splice(0, how.most);
      for (const one of taken) hidden.set(one.messageId, one);
      return taken;
    },
    async remove(_arn, _url, messages) {
      fail();
      for (const { messageId } of messages) {
        hidden.delete(messageId);
        removed.push(messageId);
      }
    },
  };
  return {
    port,
    asked,
    removed,
    inFlight: () => [...hidden.keys()],
    send(body, more = {}) {
      count += 1;
      const messageId = `m${count}`;
      visible.push({
        messageId,
        receiptHandle: `r${count}`,
        body,
        md5OfBody: 'md5',
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
        ...more,
      });
      arrived();
      return messageId;
    },
    reappear() {
      visible.push(...hidden.values());
      hidden.clear();
      arrived();
    },
    failNext: (error) => void failures.push(error),
  };
}
