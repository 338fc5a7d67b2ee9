import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CliRun, LongLived, runCli } from '../support/cli.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

// `logs --remote` against an emulator of CloudWatch that others have written, filled by AWS's SDK for Python.

const python = pythonClient('python');
const isThere = pythonClient('moto_server') !== undefined && python !== undefined;

const NOW = Date.now();
const minutesAgo = (minutes: number) => NOW - minutes * 60_000;

let moto: Moto;
beforeAll(async () => {
  if (!isThere) return;
  moto = await startMoto();
  // In this process too the AWS SDK looks at the environment itself.
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
  const stream = '2026/11/27/[$LATEST]0a1b';
  put(
    [
      '/aws/lambda/api',
      stream,
      [
        [minutesAgo(120), 'long ago\n'],
        ...request('11111111-1111-4111-8111-111111111111', minutesAgo(9), ['WARN', 'ERROR']),
      ],
    ],
    // A second environment of the function's, and between those times.
    [
      '/aws/lambda/api',
      '2026/11/27/[$LATEST]0c2d',
      request('22222222-2222-4222-8222-222222222222', minutesAgo(5), ['INFO']),
    ],
    ['/aws/lambda/queue', stream, [[minutesAgo(7), 'plain text of queue\n']]],
    ['/aws/lambda/followed', stream, [[minutesAgo(7), 'there from the start\n']]],
    ['/aws/lambda/empty', stream, []],
    [
      '/aws/lambda/many',
      stream,
      Array.from({ length: 10_050 }, (_, at): Line => [minutesAgo(8) + at, `line ${at}\n`]),
    ],
  );
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto?.stop();
});

type Line = [time: number, message: string];

/** As Lambda writes it for a function that logs JSON through `tracing`. */
function request(id: string, at: number, levels: readonly string[]): Line[] {
  return [
    [at, `START RequestId: ${id} Version: $LATEST\n`],
    ...levels.map((level, index): Line => {
      const fields = { message: `of ${id[0]}`, step: index };
      return [at + 1 + index, `${JSON.stringify({ level, fields, span: { requestId: id } })}\n`];
    }),
    [at + 10, `END RequestId: ${id}\n`],
    [
      at + 10,
      `REPORT RequestId: ${id}\tDuration: 9.50 ms\tBilled Duration: 25 ms\tMemory Size: 128 MB\tMax Memory Used: 15 MB\tInit Duration: 15.20 ms\t\n`,
    ],
  ];
}

const PUT = `
import boto3, json, sys
logs = boto3.client("logs")
for group, stream, lines in json.load(sys.stdin):
    for make, name in ((logs.create_log_group, {}), (logs.create_log_stream, {"logStreamName": stream})):
        try: make(logGroupName=group, **name)
        except logs.exceptions.ResourceAlreadyExistsException: pass
    for at in range(0, len(lines), 10000):
        events = [{"timestamp": time, "message": message} for time, message in lines[at:at + 10000]]
        answer = logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        assert "rejectedLogEventsInfo" not in answer, answer
`;

function put(...written: readonly [group: string, stream: string, lines: readonly Line[]][]): void {
  inPython(PUT, written);
}

function inPython(program: string, input: unknown): string {
  const env = { ...moto.env, AWS_DEFAULT_REGION: 'us-east-1', PATH: process.env['PATH'] };
  const run = spawnSync(python!, ['-c', program], { env, input: JSON.stringify(input), encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
  return run.stdout;
}

const logs = (argv: readonly string[]) => runCli(['logs', ...argv, '--remote'], { cwd: '/' });

/** A true process, with an environment of its own. */
function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): LongLived {
  const own = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...moto.env, ...env };
  return new LongLived(['logs', ...argv, '--remote'], {
    cwd: '/',
    env: { PATH: process.env['PATH'], ...own },
  });
}

async function logsAs(env: NodeJS.ProcessEnv, ...argv: readonly string[]): Promise<CliRun> {
  const cli = start(['queue', ...argv], env);
  const { code } = await cli.end();
  return { code: code ?? -1, ...cli.text };
}

const linesOf = (text: string) =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));

describe.skipIf(!isThere)(`logs --remote (${isThere ? 'moto' : WITHOUT_PYTHON_CLIENTS})`, () => {
  it('shows the requests of all environments under one line each, in the order of their time', async () => {
    const { code, stdout, stderr } = await logs(['api', '--output', 'pretty']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const shown = stdout.trimEnd().split('\n');
    expect(shown).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d ✓ 9\.50 ms · init 15 ms · 15 of 128 MB · 11111111-1111/),
      '  WARN  of 1 step=0',
      '  ERROR of 1 step=1',
      expect.stringMatching(/ ✓ 9\.50 ms .*22222222-2222/),
      '  INFO  of 2 step=0',
    ]);
  });

  it('is JSON in a pipe, of several functions merged by time', async () => {
    const { code, stdout } = await logs(['api', 'queue']);
    expect(code).toBe(0);
    const read = linesOf(stdout);
    expect(read.map(({ function: name, type }) => `${name} ${type}`)).toEqual([
      'api platform.start',
      'api function',
      'api function',
      'api platform.end',
      'api platform.report',
      'queue function',
      'api platform.start',
      'api function',
      'api platform.end',
      'api platform.report',
    ]);
    expect(read[4]).toMatchObject({
      requestId: '11111111-1111-4111-8111-111111111111',
      durationMs: 9.5,
      initMs: 15.2,
    });
    expect(read[5]).toMatchObject({
      line: 'plain text of queue',
      time: new Date(minutesAgo(7)).toISOString(),
      logStream: '2026/11/27/[$LATEST]0a1b',
    });
  });

  it.each([
    [
      ['--since', '3h'],
      ['long ago', 'of 1', 'of 1', 'of 2'],
    ],
    [['--since', '3h', '--until', '1h'], ['long ago']],
    [['--since', '6m'], ['of 2']],
    [
      ['--since', new Date(minutesAgo(200)).toISOString(), '--until', '6m'],
      ['long ago', 'of 1', 'of 1'],
    ],
    [['--since', '3h', '--filter', 'ago'], ['long ago']],
    [['--filter', '"of 2"'], ['of 2']],
    [['--level', 'error'], ['of 1']],
    [['--request', '22222222-2222-4222-8222-222222222222'], ['of 2']],
  ])('%j', async (argv, expected) => {
    const { code, stdout, stderr } = await logs(['api', ...argv, '--output', 'raw']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const own = stdout.split('\n').filter((line) => line !== '' && !/^(START|END|REPORT) /.test(line));
    expect(own.map((line) => /"message":"([^"]*)"/.exec(line)?.[1] ?? line)).toEqual(expected);
  });

  it('reads on, page after page', async () => {
    const { code, stdout } = await logs(['many', '--output', 'raw']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(10_050);
    expect([lines[0], lines[10_000], lines.at(-1)]).toEqual(['line 0', 'line 10000', 'line 10049']);
  });

  it('follows, each line once, until Ctrl-C', async () => {
    const cli = start(['followed', 'later', '--follow', '--output', 'raw', '--since', '20m']);
    await cli.readUntil(/there from the start\n/, 'stdout');
    // A group that was not there when it began, and a line that is older than the last one shown.
    put(
      ['/aws/lambda/later', 's', [[Date.now(), 'the group is there now\n']]],
      ['/aws/lambda/followed', 'another', [[Date.now() - 2_000, 'late\n']]],
    );
    await cli.readUntil(/late\n|the group is there now\n/, 'stdout');
    await cli.readUntil(/late\n|the group is there now\n/, 'stdout');
    put(['/aws/lambda/followed', 'another', [[Date.now(), 'last\n']]]);
    await cli.readUntil(/last\n/, 'stdout');
    expect(await cli.stop()).toBe(130);
    expect(cli.text.stdout.trimEnd().split('\n').sort()).toEqual(
      ['there from the start', 'the group is there now', 'late', 'last'].sort(),
    );
    expect(cli.text.stderr).toBe('');
  });

  it('asks Logs Insights', async () => {
    const query = 'fields @message | sort @timestamp desc | limit 2';
    const { code, stdout, stderr } = await logs(['queue', 'api', '--query', query]);
    expect(code, stderr).toBe(0);
    const rows = linesOf(stdout);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ '@message': expect.stringMatching(/^(END|REPORT) RequestId: 2/) });
  });

  it('tells that nothing is there', async () => {
    const none = await logs(['empty']);
    expect([none.code, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toMatch(/^No lines since 20\S+ \(--since looks further back\)\n$/);
    const missing = await logs(['nobody']);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining('There is no log group /aws/lambda/nobody in this region.'),
    ]);
    const one = await logs(['nobody', 'queue', '--output', 'raw']);
    expect(one).toEqual({
      code: 0,
      stdout: 'plain text of queue\n',
      stderr: 'There is no log group /aws/lambda/nobody yet.\n',
    });
  });

  it('tells where it looked when the region is another', async () => {
    const { code, stderr } = await logs(['queue', '--region', 'eu-central-1']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('There is no log group /aws/lambda/queue in eu-central-1.'),
    ]);
  });

  it('tells that there are no credentials, and no service', async () => {
    const without = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const none = await logsAs(without);
    expect([none.code, none.stderr]).toEqual([6, expect.stringContaining('There are no AWS credentials')]);
    const profile = await logsAs(without, '--profile', 'nobody');
    expect([profile.code, profile.stderr]).toEqual([
      6,
      expect.stringContaining("There is no AWS profile 'nobody'"),
    ]);
    const away = await logsAs({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' });
    expect([away.code, away.stderr]).toEqual([6, expect.stringMatching(/ECONNREFUSED.*fix: /s)]);
  });

  // Moto refuses an unknown identity in XML, which is what something in between does that is not AWS.
  it('tells what is no answer of CloudWatch', async () => {
    const reset = (after: string) =>
      fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: after });
    expect((await reset('0')).status).toBe(200);
    try {
      const { code, stderr } = await logs(['queue']);
      expect([code, stderr]).toEqual([
        6,
        expect.stringContaining('What answered logs:FilterLogEvents (HTTP 403) is not JSON'),
      ]);
    } finally {
      await reset('inf');
    }
  });
});
