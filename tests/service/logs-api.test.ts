import { describe, expect, it } from 'vitest';
import { invoke, invokeIdle, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { withoutNumbers } from '../support/log-lines.js';
import { callLogs } from '../support/logs.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';

const logGroupName = '/aws/lambda/hello';
const talkative = () => forever(next(), print('multi\nline\r same\n\n'), respond('1'));
const HOME = 'us-east-1:123456789012';

describe('the groups and streams of functions', () => {
  it('has a group for each function from the beginning, with what AWS tells of it', async () => {
    const service = await serve([talkative()], {
      functions: [{ name: 'hello' }, { name: 'other', logGroup: '/shared' }],
    });
    const { status, contentType, body } = await callLogs(service, 'DescribeLogGroups');
    expect([status, contentType]).toEqual([200, 'application/x-amz-json-1.1']);
    expect(body).toEqual({
      logGroups: [logGroupName, '/shared'].map((name) => ({
        logGroupName: name,
        creationTime: expect.any(Number),
        metricFilterCount: 0,
        arn: `arn:aws:logs:${HOME}:log-group:${name}:*`,
        logGroupClass: 'STANDARD',
        logGroupArn: `arn:aws:logs:${HOME}:log-group:${name}`,
        storedBytes: 0,
        deletionProtectionEnabled: false,
      })),
    });
  });

  it('has a stream for each environment, named in the function’s environment', async () => {
    const service = await serve([talkative()]);
    await invoke(service);
    const { body } = await callLogs(service, 'DescribeLogStreams', { logGroupName });
    const env = service.runtimes.starts[0]!.env;
    expect(env['AWS_LAMBDA_LOG_GROUP_NAME']).toBe(logGroupName);
    expect(body.logStreams).toEqual([
      {
        logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
        creationTime: expect.any(Number),
        firstEventTimestamp: expect.any(Number),
        lastEventTimestamp: expect.any(Number),
        lastIngestionTime: expect.any(Number),
        arn: `arn:aws:logs:${HOME}:log-group:${logGroupName}:log-stream:${env['AWS_LAMBDA_LOG_STREAM_NAME']}`,
        storedBytes: 0,
      },
    ]);
    expect(env['AWS_LAMBDA_LOG_STREAM_NAME']).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  });

  it("names the function in a stream of a group of the user's own", async () => {
    const service = await serve([talkative()], { hello: { logGroup: '/shared' } });
    await invoke(service);
    const { body } = await callLogs(service, 'DescribeLogStreams', { logGroupName: '/shared' });
    expect(body.logStreams[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/hello\[\$LATEST\][0-9a-f]{32}$/);
    expect(service.runtimes.starts[0]!.env['AWS_LAMBDA_LOG_GROUP_NAME']).toBe('/shared');
  });
});

describe('the events of an invocation', () => {
  it('are the lines in AWS’s text format, each with its line feed, and none for blank lines', async () => {
    const service = await serve([talkative()]);
    await invokeIdle(service, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    const { body } = await callLogs(service, 'FilterLogEvents', { logGroupName });
    expect(body.events.map(({ message }) => withoutNumbers(message))).toEqual([
      expect.stringMatching(/^INIT_START Runtime Version: provided:al2023.*\n$/),
      'START RequestId: ID Version: $LATEST\n',
      'multi\n',
      'line\r same\n',
      'END RequestId: ID\n',
      expect.stringMatching(/^REPORT RequestId: ID\t.*\t\n$/),
    ]);
    expect(body).toMatchObject({ searchedLogStreams: [] });
    expect(body).not.toHaveProperty('nextToken');
  });

  it('are records in the JSON format, above the levels that the function has', async () => {
    const at = new Date(Date.now() - 60_000);
    const lines = [
      { level: 'debug', message: 'left out' },
      { level: 'ERROR', message: 'kept', timestamp: at.toISOString() },
    ].map((line) => `${JSON.stringify(line)}\n`);
    const service = await serve([next(), print(lines.join('')), respond('1'), next()], {
      hello: { logFormat: 'JSON', applicationLogLevel: 'WARN', systemLogLevel: 'INFO' },
    });
    await invokeIdle(service, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    const env = service.runtimes.starts[0]!.env;
    expect([env['AWS_LAMBDA_LOG_FORMAT'], env['AWS_LAMBDA_LOG_LEVEL']]).toEqual(['JSON', 'WARN']);
    const { body } = await callLogs(service, 'FilterLogEvents', { logGroupName });
    expect(body.events.map(({ message }) => JSON.parse(message))).toEqual([
      // Its own time is a minute earlier: it is what counts.
      { level: 'ERROR', message: 'kept', timestamp: at.toISOString() },
      expect.objectContaining({ type: 'platform.initStart' }),
      expect.objectContaining({ type: 'platform.start' }),
      expect.objectContaining({ type: 'platform.report' }),
    ]);
    expect(body.events[0]?.timestamp).toBe(at.getTime());
  });
});

describe('the port is still the function’s', () => {
  it('gives it every other request to /', async () => {
    const service = await serve([forever(next(), respond('"mine"'))]);
    const others: Record<string, string>[] = [{}, { 'X-Amz-Target': 'DynamoDB_20120810.PutItem' }];
    for (const headers of others) {
      expect((await http(`${service.url}/`, { method: 'POST', headers })).text).toBe('mine');
    }
    const logs = { 'X-Amz-Target': 'Logs_20140328.DescribeLogGroups' };
    const elsewhere = await http(`${service.url}/x`, { method: 'POST', headers: logs });
    expect(elsewhere.text).toBe('mine');
  });
});
