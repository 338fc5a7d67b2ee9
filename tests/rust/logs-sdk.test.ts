import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, inject, it } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { invoke, serveReal } from '../support/functions.js';

/** The AWS SDK for JavaScript reads the logs of functions made with the official crates. */

const built = inject('functions');
const logGroupName = '/aws/lambda/logging';
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;

async function serve(): Promise<{ service: LocalLambda; logs: CloudWatchLogsClient }> {
  const service = await serveReal({
    functions: [{ name: 'logging', bootstrap: built['logging']!, logFormat: 'JSON' }],
  });
  const logs = new CloudWatchLogsClient({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    // StartLiveTail's host would else be stream-127.0.0.1.
    disableHostPrefix: true,
  });
  return { service, logs };
}

/** Comes back when its lines are in the log. */
async function log(service: LocalLambda, say: string): Promise<void> {
  const headers = { 'X-Amz-Log-Type': 'Tail' };
  await invoke(service, JSON.stringify({ say }), { name: 'logging', headers });
}

it('pages through streams and events', async () => {
  const { service, logs: client } = await serve();
  for (const say of ['one', 'two', 'three']) await log(service, say);
  const streams: (string | undefined)[] = [];
  for await (const page of paginateDescribeLogStreams({ client }, { logGroupName }))
    streams.push(...(page.logStreams ?? []).map((stream) => stream.logStreamName));
  const [logStreamName] = streams;
  const { events } = await client.send(
    new GetLogEventsCommand({ logGroupIdentifier: ARN, logStreamName, limit: 1 }),
  );
  expect(JSON.parse(events?.[0]?.message ?? '')).toMatchObject({ type: 'platform.report' });
  const found: (string | undefined)[] = [];
  const filterPattern = '?one ?two ?three';
  for await (const page of paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName, filterPattern }))
    found.push(...(page.events ?? []).map((event) => event.message));
  expect(found).toEqual(['one\n', 'two\n', 'three\n']);
});

it('follows a Live Tail session', async () => {
  const { service, logs } = await serve();
  const { responseStream } = await logs.send(
    new StartLiveTailCommand({ logGroupIdentifiers: [ARN], logEventFilterPattern: '{ $.level = "WARN" }' }),
  );
  for await (const event of responseStream ?? []) {
    if (event.sessionStart) {
      expect(event.sessionStart.logGroupIdentifiers).toEqual([ARN]);
      await log(service, 'anything');
    }
    const [found] = event.sessionUpdate?.sessionResults ?? [];
    if (!found) continue;
    expect(JSON.parse(found.message ?? '')).toMatchObject({
      level: 'WARN',
      fields: { message: 'a warning' },
    });
    break;
  }
});

it('throws what CloudWatch Logs throws', async () => {
  const { logs } = await serve();
  const command = new GetLogEventsCommand({ logGroupName, logStreamName: 'nobody' });
  await expect(logs.send(command)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log stream does not exist.',
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});
