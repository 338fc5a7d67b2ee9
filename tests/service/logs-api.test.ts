import { describe, expect, it } from 'vitest';
import { golden } from '../golden/read.js';
import { invoke, invokeIdle, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { withoutNumbers } from '../support/log-lines.js';
import { callLogs, openLiveTail } from '../support/logs.js';
import { movedClock } from '../support/moved-clock.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

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
    const answer = await invokeIdle(service, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    const tail = Buffer.from(String(answer.headers['x-amz-log-result']), 'base64').toString();
    expect(tail).toMatch(/^\{.*platform\.start.*\n\{.*ERROR.*kept.*\n\{.*platform\.report.*\n$/);
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

describe('what CloudWatch Logs refuses', () => {
  const { errors } = golden<{ errors: { name: string; code: string; message: string }[] }>('logs-errors');
  const recorded = new Map(errors.map((error) => [error.name, error]));
  const long = 'x'.repeat(1_025);
  it.each<[recordedAs: string, operation: string, input: unknown]>([
    ['unknown group', 'DescribeLogStreams', { logGroupName: '/nobody' }],
    ['unknown group', 'FilterLogEvents', { logGroupName: '/nobody' }],
    ['unknown group', 'GetLogEvents', { logGroupName: '/nobody', logStreamName: 's' }],
    ['unknown group', 'StartLiveTail', { logGroupIdentifiers: ['/nobody'] }],
    [
      'unknown group',
      'FilterLogEvents',
      { logGroupIdentifier: `arn:aws:logs:eu-west-1:1:log-group:${logGroupName}` },
    ],
    ['unknown stream', 'GetLogEvents', { logGroupName, logStreamName: 's' }],
    ['limit too high', 'FilterLogEvents', { logGroupName, limit: 10_001 }],
    ['limit too high', 'GetLogEvents', { logGroupName, logStreamName: 's', limit: 10_001 }],
    ['unknown token', 'FilterLogEvents', { logGroupName, nextToken: 'invalid-token' }],
    ['unknown token', 'DescribeLogStreams', { logGroupName, nextToken: 'invalid-token' }],
    ['name and identifier', 'DescribeLogStreams', { logGroupName, logGroupIdentifier: logGroupName }],
    ['prefix and pattern', 'DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }],
    ['name too long', 'DescribeLogStreams', { logGroupName: 'x'.repeat(513) }],
    ['pattern too long', 'FilterLogEvents', { logGroupName, filterPattern: long }],
    ['invalid pattern', 'FilterLogEvents', { logGroupName, filterPattern: '{ $.a }' }],
    ['pattern without its end', 'FilterLogEvents', { logGroupName, filterPattern: '{ $.a = 1' }],
    ['invalid term', 'FilterLogEvents', { logGroupName, filterPattern: 'a.b' }],
    [
      'invalid term in StartLiveTail',
      'StartLiveTail',
      { logGroupIdentifiers: [logGroupName], logEventFilterPattern: '""' },
    ],
  ])('%s: %s %j', async (name, operation, input) => {
    const { code, message } = recorded.get(name)!;
    const service = await serve([talkative()]);
    const said = message.replace('<pattern>', long).replace('<term>', 'a.b');
    const answer = await callLogs(service, operation, input);
    expect(answer).toMatchObject({ status: 400, body: { __type: code, message: said } });
  });

  it.each<[why: string, operation: string, input: unknown, code: string, message: string | RegExp]>([
    [
      'an operation that is not here',
      'CreateExportTask',
      {},
      'UnknownOperationException',
      /has no CreateExportTask\. It has: DescribeLogGroups, /,
    ],
    ['a name of an object’s own', 'toString', {}, 'UnknownOperationException', /has no toString/],
    ['no group', 'FilterLogEvents', {}, 'InvalidParameterException', /name or the ARN/],
    [
      'no stream',
      'GetLogEvents',
      { logGroupName },
      'InvalidParameterException',
      "1 validation error detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'two faults',
      'DescribeLogStreams',
      { logGroupName: 'a b', limit: 0 },
      'InvalidParameterException',
      "2 validation errors detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'an unknown order',
      'DescribeLogStreams',
      { logGroupName, orderBy: 'Size' },
      'InvalidParameterException',
      /enum value set: \[LogStreamName, LastEventTime\]/,
    ],
    [
      'an order that has no prefix',
      'DescribeLogStreams',
      { logGroupName, orderBy: 'LastEventTime', logStreamNamePrefix: '2' },
      'InvalidParameterException',
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    ],
    [
      'eleven groups',
      'StartLiveTail',
      { logGroupIdentifiers: Array(11).fill('/g') },
      'InvalidParameterException',
      /Member must have length less than or equal to 10/,
    ],
    [
      'streams and prefixes',
      'StartLiveTail',
      { logGroupIdentifiers: ['/g'], logStreamNames: ['a'], logStreamNamePrefixes: ['a'] },
      'InvalidParameterException',
      /Only one of/,
    ],
    [
      'streams of two groups',
      'StartLiveTail',
      { logGroupIdentifiers: ['/g', '/h'], logStreamNames: ['a'] },
      'InvalidParameterException',
      /single log group/,
    ],
    [
      'names and a prefix',
      'FilterLogEvents',
      { logGroupName, logStreamNames: ['a'], logStreamNamePrefix: 'a' },
      'InvalidParameterException',
      /mutually exclusive/,
    ],
    ['another type', 'FilterLogEvents', { logGroupName, limit: 'many' }, 'SerializationException', /limit/],
    ['no JSON', 'FilterLogEvents', '{', 'SerializationException', /parse/],
    ['no object', 'FilterLogEvents', '[]', 'SerializationException', /the request/],
  ])('%s', async (_why, operation, input, code, message) => {
    const service = await serve([talkative()]);
    const answer = await callLogs(service, operation, input);
    expect(answer).toMatchObject({
      status: 400,
      contentType: 'application/x-amz-json-1.1',
      body: { __type: code },
    });
    expect(answer.body.message).toMatch(message);
  });
});

describe('lists', () => {
  it('come in pages, ordered as they were asked for', async () => {
    const names = ['/aws/lambda/a', '/aws/lambda/b', '/c'];
    const service = await serve([talkative()], {
      functions: names.map((logGroup, index) => ({ name: `f${index}`, logGroup })),
    });
    const groups = async (input: object) => (await callLogs(service, 'DescribeLogGroups', input)).body;
    const named = ({ logGroups }: { logGroups: readonly Record<string, unknown>[] }) =>
      logGroups.map((group) => group['logGroupName']);
    const first = await groups({ limit: 2 });
    expect(named(first)).toEqual(names.slice(0, 2));
    expect(named(await groups({ limit: 2, nextToken: first.nextToken }))).toEqual(names.slice(2));
    expect(named(await groups({ logGroupNamePrefix: '/aws/lambda/' }))).toEqual(names.slice(0, 2));
    expect(named(await groups({ logGroupNamePattern: 'lambda/b' }))).toEqual(['/aws/lambda/b']);
    expect(named(await groups({ logGroupIdentifiers: [`arn:aws:logs:${HOME}:log-group:/c`] }))).toEqual([
      '/c',
    ]);
    expect(named(await groups({ logGroupClass: 'DELIVERY' }))).toEqual([]);
  });

  it('of streams are by name, or by their last event', async () => {
    const service = await serve([talkative()], { concurrency: 2 });
    await invoke(service);
    service.update('hello', { bootstrap: process.execPath, taskRoot: '/' });
    await invoke(service);
    const streams = async (input: object) =>
      (await callLogs(service, 'DescribeLogStreams', { logGroupIdentifier: logGroupName, ...input })).body
        .logStreams;
    const names = async (input: object) => (await streams(input)).map(({ logStreamName }) => logStreamName);
    const all = service.runtimes.starts.map(({ env }) => env['AWS_LAMBDA_LOG_STREAM_NAME']!);
    expect(await names({})).toEqual([...all].sort());
    expect(await names({ descending: true })).toEqual([...all].sort().reverse());
    expect(await names({ logStreamNamePrefix: all[0] })).toEqual([all[0]]);
    const times = (await streams({ orderBy: 'LastEventTime' })).map((stream) => stream.lastEventTimestamp);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    const [newest] = await streams({ orderBy: 'LastEventTime', descending: true, limit: 1 });
    expect(newest?.lastEventTimestamp).toBe(times[1]);
  });
});

describe('Live Tail', () => {
  it('streams what comes, each second, until the service closes', async () => {
    const clock = movedClock();
    const service = await serve([talkative()], { clock });
    const arn = `arn:aws:logs:${HOME}:log-group:${logGroupName}`;
    const tail = await openLiveTail(service, { logGroupIdentifiers: [arn], logEventFilterPattern: 'multi' });
    expect(await tail.next()).toEqual({ type: 'initial-response', body: {} });
    expect(await tail.next()).toEqual({
      type: 'sessionStart',
      body: {
        requestId: expect.any(String),
        sessionId: expect.any(String),
        logGroupIdentifiers: [arn],
        logEventFilterPattern: 'multi',
      },
    });
    clock.move(1_000);
    expect(await tail.next()).toEqual({
      type: 'sessionUpdate',
      body: { sessionMetadata: { sampled: false }, sessionResults: [] },
    });
    await invoke(service);
    clock.move(1_000);
    expect(await tail.next()).toMatchObject({
      body: { sessionResults: [{ message: 'multi\n', logGroupIdentifier: arn }] },
    });
    await service.close();
    expect(await tail.next()).toBeUndefined();
  });

  it('ends after three hours with SessionTimeoutException', async () => {
    const clock = movedClock();
    const service = await serve([talkative()], { clock });
    const tail = await openLiveTail(service, { logGroupIdentifiers: [logGroupName] });
    const seen: string[] = [];
    // Hour by hour: updates are left out while nobody reads them.
    for (let hour = 0; hour < 3; hour += 1) clock.move(3_600_000);
    for (let event = await tail.next(); event; event = await tail.next()) seen.push(event.type);
    expect(seen.at(-1)).toBe('SessionTimeoutException');
  });

  it('leaves nothing behind when the client goes', async () => {
    const clock = movedClock();
    const service = await serve([talkative()], { clock });
    const tail = await openLiveTail(service, { logGroupIdentifiers: [logGroupName] });
    await tail.next();
    tail.leave();
    await until(() => clock.next === undefined);
  });
});
