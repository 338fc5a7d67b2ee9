import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { LongLived, runCli, startCli } from '../support/cli.js';
import { invoke, serve } from '../support/functions.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';

const INFO = '{"level":"INFO","fields":{"message":"greeting","name":"Rust"}}\n';
const WARN = '{"level":"WARN","fields":{"message":"low"}}\n';
const talkative = () => forever(next(), print(INFO), print(WARN), respond('1'));

const at = (url: string, ...argv: string[]) => ['logs', ...argv, '-P', new URL(url).port];
const here = { cwd: '/' };

describe('logs of the local service', () => {
  it('shows requests under one line each', async () => {
    const service = await serve([talkative()]);
    const { requestId } = await service.invoke('hello', '1');
    const { code, stdout, stderr } = await runCli(at(service.url, '--output', 'pretty'), here);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d hello ✓ [\\d.]+ ms · init \\d+ ms · .*${requestId}$`),
    );
    expect(lines).toEqual(['  INFO  greeting name=Rust', '  WARN  low']);
  });

  it('is one JSON object a line in a pipe', async () => {
    const service = await serve([talkative()]);
    const { requestId } = await service.invoke('hello', '1');
    const { stdout } = await runCli(at(service.url, 'hello'), here);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type, requestId: id }) => [type, id])).toEqual([
      ['platform.initStart', undefined],
      ['platform.start', requestId],
      ['function', requestId],
      ['function', requestId],
      ['platform.end', requestId],
      ['platform.report', requestId],
    ]);
    expect(lines[2]!['json']).toEqual(JSON.parse(INFO));
  });

  it('merges functions, leaves out what is below a level, and finds one request', async () => {
    const service = await serve([talkative(), talkative()], {
      functions: ['a', 'b'].map((name) => ({ name, bootstrap: process.execPath })),
    });
    await service.invoke('a', '1');
    const { requestId } = await service.invoke('b', '1');
    const raw = await runCli(at(service.url, '--output', 'raw', '--level', 'warn'), here);
    expect(raw.stdout).toBe(WARN + WARN);
    const one = await runCli(at(service.url, '--request', requestId), here);
    const shown = one.stdout.trimEnd().split('\n');
    expect(shown.map((line) => (JSON.parse(line) as { function: string }).function)).toEqual(
      Array(5).fill('b'),
    );
    const strange = await runCli(at(service.url, 'a', 'c', '--level', 'warn'), here);
    expect(strange.stdout).toContain('low');
    expect(strange.stderr).toBe("There is no function 'c' here; there is a log of: a, b.\n");
    const filtered = await runCli(at(service.url, 'a', '--filter', '{ $.fields.message = "low" }'), here);
    expect(JSON.parse(filtered.stdout)).toMatchObject({ function: 'a', line: WARN.trimEnd() });
  });

  it('shows a function that logs to a group of its own', async () => {
    const service = await serve([talkative()], { hello: { logGroup: '/shared' } });
    await invoke(service);
    const { stdout } = await runCli(at(service.url, 'hello', '--output', 'raw', '--level', 'warn'), here);
    expect(stdout).toBe(WARN);
    expect((await runCli(at(service.url, 'other'), here)).stderr).toContain('No lines since');
  });

  it('follows until Ctrl-C', async () => {
    const service = await serve([talkative()]);
    const cli = startCli(at(service.url, '--follow', '--output', 'pretty'), here);
    await invoke(service);
    await cli.until(/✓ .*\n {2}INFO {2}greeting|INFO {2}greeting.*\n.*WARN {2}low\n.*✓/, 'stdout');
    const { requestId } = await service.invoke('hello', '1');
    await cli.until(new RegExp(`INFO {2}greeting[^]*✓ .*${requestId}`), 'stdout');
    expect(await cli.interrupt()).toBe(130);
    expect(cli.text.stderr).toBe('');
  });
});

describe('what cannot be shown', () => {
  it('has no service', async () => {
    const { code, stderr } = await runCli(['logs', '-P', '1'], here);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: No local Lambda service answers at http:\/\/127.0.0.1:1 \(ECONNREFUSED\)/,
    );
    expect(stderr).toContain('crablet watch');
  });

  it('has no such function or request', async () => {
    const service = await serve([talkative()]);
    const none = await runCli(at(service.url, 'nobody'), here);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('has no logs of it, but of hello.'),
    ]);
    const id = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';
    const unknown = await runCli(at(service.url, '--request', id), here);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining(`No log has the request ${id}`),
    ]);
  });

  it.each([
    [['--since', 'yesterday'], /10m.*2026-11-27/],
    [['--since', '1h', '--until', '2h'], /--until \(.*\) is not after --since \(.*\)/],
    [['--until', '1m', '--follow'], /--until and --follow do not go together/],
    [['--until', '1m', '--request', 'x'], /--until and --request do not go together/],
    [['--level', 'loud'], /trace, debug, info, warn, error, fatal/],
    [['--query', 'fields @message'], /Logs Insights, which a local service does not have/],
    [['--follow', '--request', 'x'], /--request and --follow do not go together/],
    [['--remote'], /Whose logs on AWS was not said/],
  ])('%j', async (argv, message) => {
    const { code, stderr } = await runCli(['logs', ...argv], {
      cwd: '/',
      env: { PATH: process.env['PATH'] },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('has a pattern that is none', async () => {
    const service = await serve([talkative()]);
    await invoke(service);
    const { code, stderr } = await runCli(at(service.url, '--filter', '{ $.a = '), here);
    expect([code, stderr]).toEqual([2, expect.stringContaining('CloudWatch Logs cannot do that')]);
  });
});

// True processes: the AWS SDK looks at the environment of the process itself. None of them reaches AWS.
describe('logs on AWS', () => {
  type Answer = [status: number, body: unknown];
  let answers: Record<string, (input: Record<string, unknown>) => Answer> = {};
  const asked: { operation: string; input: Record<string, unknown> }[] = [];
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const target = String(request.headers['x-amz-target'] ?? `GET ${request.url}`);
      const operation = target.replace('Logs_20140328.', '');
      const input = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      asked.push({ operation, input });
      const [status, body] = answers[operation]?.(input) ?? [404, { __type: 'ResourceNotFoundException' }];
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    });
    url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
  });
  afterAll(() => server.close());
  afterEach(() => {
    answers = {};
    asked.length = 0;
  });

  function start(argv: readonly string[]): LongLived {
    return new LongLived(['logs', ...argv, '--remote', '--endpoint-url', url], {
      cwd: '/',
      env: {
        PATH: process.env['PATH'],
        HOME: '/nowhere',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
  }
  async function run(argv: readonly string[]) {
    const cli = start(argv);
    const { code } = await cli.end();
    return { code, ...cli.text };
  }
  const events = (...messages: string[]) =>
    messages.map((message, index) => ({ eventId: message, logStreamName: 's', timestamp: index, message }));

  it('reads all pages of the group that the function is set to', async () => {
    answers = {
      'GET /2015-03-31/functions/hello/configuration': () => [200, { LoggingConfig: { LogGroup: '/own' } }],
      FilterLogEvents: ({ nextToken }) =>
        nextToken === undefined
          ? [200, { events: events('one'), nextToken: 'more' }]
          : [200, { events: events('two\n') }],
    };
    const { code, stdout } = await run([
      'hello',
      '--since',
      '2026-11-27',
      '--output',
      'raw',
      '--filter',
      'x',
    ]);
    // The stream does not say whose it is: it is not hello's then.
    expect([code, stdout]).toEqual([0, '']);
    answers['GET /2015-03-31/functions/hello/configuration'] = () => [200, {}];
    expect((await run(['hello', '--output', 'raw'])).stdout).toBe('one\ntwo\n');
    expect(asked[1]!.input).toMatchObject({
      logGroupName: '/own',
      startTime: Date.UTC(2026, 10, 27),
      filterPattern: 'x',
    });
    expect(asked.at(-1)!.input).toMatchObject({ logGroupName: '/aws/lambda/hello', nextToken: 'more' });
  });

  it('names the permission that is missing', async () => {
    const resource = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello:log-stream:';
    const message = `User: arn:aws:iam::123456789012:user/me is not authorized to perform: logs:FilterLogEvents on resource: ${resource} because no identity-based policy allows the logs:FilterLogEvents action`;
    answers = { FilterLogEvents: () => [400, { __type: 'AccessDeniedException', message }] };
    const { code, stderr } = await run(['hello']);
    expect(code).toBe(6);
    expect(stderr).toContain(`fix: Let your identity do logs:FilterLogEvents on ${resource}`);
  });

  it('tells that there is no log group', async () => {
    const { code, stderr } = await run(['hello']);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no log group /aws/lambda/hello in this region.');
  });

  it('asks Logs Insights until it is done', async () => {
    let looks = 0;
    answers = {
      StartQuery: () => [200, { queryId: 'q' }],
      GetQueryResults: () => {
        looks += 1;
        if (looks === 1) return [200, { status: 'Running', statistics: { bytesScanned: 1 } }];
        const row = [
          { field: '@message', value: 'hi\n' },
          { field: '@ptr', value: 'CmEK' },
        ];
        const statistics = { bytesScanned: 2_500_000, recordsMatched: 7 };
        return [200, { status: 'Complete', results: [row], statistics }];
      },
    };
    const { code, stdout, stderr } = await run(['hello', '--query', 'fields @message']);
    expect(code).toBe(0);
    expect(stdout).toBe('{"@message":"hi\\n"}\n');
    expect(stderr).toBe('1 rows of 7 events; 2.5 MB scanned\n');
    const started = asked.find(({ operation }) => operation === 'StartQuery');
    expect(started?.input).toMatchObject({
      logGroupNames: ['/aws/lambda/hello'],
      queryString: 'fields @message',
    });
  });

  it('takes a query back that nobody waits for any more', async () => {
    answers = {
      StartQuery: () => [200, { queryId: 'q' }],
      GetQueryResults: () => [200, { status: 'Running' }],
      StopQuery: () => [200, { success: true }],
    };
    const cli = start(['hello', '--query', 'fields @message']);
    await new Promise<void>((resolve) => {
      const before = answers['GetQueryResults']!;
      answers['GetQueryResults'] = (input) => {
        resolve();
        return before(input);
      };
    });
    expect(await cli.stop()).toBe(130);
    expect(asked.at(-1)).toMatchObject({ operation: 'StopQuery', input: { queryId: 'q' } });
    expect(cli.text.stderr).toBe('');
  });

  it('tells what is wrong with a query', async () => {
    answers = {
      StartQuery: () => [400, { __type: 'MalformedQueryException', message: 'unexpected symbol' }],
    };
    const { code, stderr } = await run(['hello', '--query', 'nonsense']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('unexpected symbol')]);
  });
});
