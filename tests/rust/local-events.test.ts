import { describe, expect, inject, it } from 'vitest';
import type { Delivery } from '../../src/lambda/event-record.js';
import type { LocalEvent } from '../../src/local/events.js';
import type { FunctionDefinition, LocalLambda } from '../../src/local/local-lambda.js';
import { invoke, serveReal } from '../support/functions.js';
import { logOf } from '../support/log-lines.js';
import { eventually, temporaryFolder } from '../support/processes.js';

/** Asynchronous invocations of functions made with the official crates. */

const built = inject('functions');
const EVENT = { headers: { 'X-Amz-Invocation-Type': 'Event' } };
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:queue';

interface Service extends LocalLambda {
  readonly events: LocalEvent[];
  readonly deliveries: Delivery[];
  send(name: string, payload: string): Promise<string>;
  sent(count: number): Promise<Record<string, unknown>[]>;
}

async function serveBuilt(
  functions: readonly FunctionDefinition[],
  options: { dataDir?: string } = {},
): Promise<Service> {
  const events: LocalEvent[] = [];
  const deliveries: Delivery[] = [];
  const service = await serveReal({
    functions: functions.map((one) => ({ ...one, bootstrap: built[one.name]! })),
    asyncRetryDelaysMs: [20, 40],
    deliver: async (delivery) => void deliveries.push(delivery),
    onEvent: (event) => events.push(event),
    ...options,
  });
  return {
    ...service,
    events,
    deliveries,
    async send(name, payload) {
      const answer = await invoke(service, payload, { ...EVENT, name });
      expect([answer.status, answer.text]).toEqual([202, '']);
      return String(answer.headers['x-amzn-requestid']);
    },
    async sent(count) {
      await eventually('the messages are sent', () => deliveries.length === count);
      return deliveries.map((one) => JSON.parse('body' in one ? one.body : ''));
    },
  };
}

describe('an event', () => {
  it.each([
    ['returns an error', '{"mode":"err"}', { errorMessage: 'some_error_msg' }],
    ['panics', '{"mode":"panic"}', { errorMessage: expect.stringContaining('it all went wrong') }],
    [
      'exits',
      '{"mode":"exit","status":3}',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(
          /^RequestId: .* Error: Runtime exited with error: exit status 3$/,
        ),
      },
    ],
    [
      'takes too long',
      '{"mode":"sleep","ms":60000}',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 0\.30 seconds$/),
      },
    ],
  ])('whose function %s is tried three times, and told as AWS tells it', async (_how, payload, error) => {
    const service = await serveBuilt([
      { name: 'failing', timeoutSeconds: 0.3, eventInvoke: { onFailure: QUEUE, deadLetter: QUEUE } },
    ]);
    const requestId = await service.send('failing', payload);
    const [record, letter] = await service.sent(2);
    expect(record).toMatchObject({
      version: '1.0',
      requestContext: {
        requestId,
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:failing:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: JSON.parse(payload),
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: error,
    });
    expect(letter).toEqual(JSON.parse(payload));
    expect(service.deliveries[1]).toMatchObject({
      attributes: { RequestID: { value: requestId }, ErrorCode: { value: '200' } },
    });
    expect(logOf(service.events).filter((line) => line.startsWith('about to: '))).toHaveLength(3);
  });

  it('that succeeds goes on to the next function, which gets the record', async () => {
    const service = await serveBuilt([
      { name: 'failing', eventInvoke: { onSuccess: 'event-echo' } },
      { name: 'event-echo', eventInvoke: { onSuccess: QUEUE } },
    ]);
    const first = await service.send('failing', '{"mode":"ok"}');
    const [record] = await service.sent(1);
    const second = record?.['requestContext'] as { requestId: string };
    expect(second.requestId).not.toBe(first);
    expect(record).toMatchObject({
      requestPayload: {
        requestContext: { requestId: first, condition: 'Success' },
        requestPayload: { mode: 'ok' },
        responsePayload: 'ok',
      },
      responsePayload: {
        requestId: second.requestId,
        traceId: expect.stringMatching(/^Root=1-.*;Lineage=[0-9a-f]{8}:1\|[0-9a-f]{8}:1$/),
      },
    });
  });

  it('that was running when its service ended is run by the next one', async () => {
    const folder = temporaryFolder();
    const first = await serveBuilt([{ name: 'failing' }], { dataDir: folder.path });
    const requestId = await first.send('failing', '{"mode":"sleep","ms":60000}');
    await eventually('it runs', () => logOf(first.events).includes('about to: "sleep"'));
    await first.close();
    const eventInvoke = { onFailure: QUEUE, maximumRetryAttempts: 0 };
    const second = await serveBuilt([{ name: 'failing', timeoutSeconds: 0.3, eventInvoke }], {
      dataDir: folder.path,
    });
    const [record] = await second.sent(1);
    expect(record).toMatchObject({
      requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      responsePayload: { errorType: 'Sandbox.Timedout' },
    });
    await second.close();
    folder.remove();
  });
});
