import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { packageRoot } from '../../src/package-root.js';
import { type CliRun, type RunningCli, runCli, startCli } from '../support/cli.js';
import { serve } from '../support/functions.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { next, respond } from '../support/runtime-actions.js';

let project: FunctionProject;
let watching: RunningCli;
let url: string;

beforeAll(async () => {
  project = await functionProject(['echo', 'fails', 'streams', 'context', 'identity']);
  await project.save('echo', "(event) => (console.log('the log of it'), event)");
  await project.save('fails', "() => { throw new RangeError('out of range') }");
  await project.save(
    'streams',
    "(event) => (async function* () { yield 'a'; yield 'b'; if (event.fail) throw new Error('broke off'); yield 'c' })()",
  );
  await project.save(
    'context',
    "(_, headers) => Buffer.from(headers['lambda-runtime-client-context'] ?? '', 'latin1').toString()",
  );
  await project.save('identity', "(_, headers) => headers['lambda-runtime-cognito-identity'] ?? 'nobody'");
  watching = startCli(['watch', '-P', '0'], { cwd: project.folder, env: project.env });
  [, url = ''] = await watching.until(/functions at (\S+)/);
  await watching.until(/^ready/m);
});

afterAll(async () => {
  await watching.interrupt();
  await project.remove();
});

interface Change {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

function invoke(argv: readonly string[], { stdin, env, cwd }: Change = {}): Promise<CliRun> {
  return runCli(['invoke', ...argv], {
    cwd: cwd ?? project.folder,
    env: { ...project.env, ...env },
    ...(stdin !== undefined && { stdin }),
  });
}

describe('the payload', () => {
  it('comes from the command line, a file, a sample or a pipe', async () => {
    const file = await project.write('event.json', '{"from":"file"}');
    const done = (stdout: string) => ({ code: 0, stdout: `${stdout}\n`, stderr: '' });
    expect(await invoke(['echo', '--data-ascii', '{"a":1}'])).toEqual(done('{"a":1}'));
    expect(await invoke(['echo', '--data-file', 'event.json'])).toEqual(done('{"from":"file"}'));
    expect(await invoke(['echo', '-F', file], { cwd: '/', env: { AWS_ENDPOINT_URL_LAMBDA: url } })).toEqual(
      done('{"from":"file"}'),
    );
    expect(await invoke(['echo'], { stdin: '"piped"' })).toEqual(done('"piped"'));
    const sample = await readFile(join(packageRoot(), 'events/sqs-event.json'), 'utf8');
    const { stdout } = await invoke(['echo', '--data-example', 'sqs-event']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(sample));
  });

  it('is refused when there is none, two, or one that is not JSON', async () => {
    expect(await invoke(['echo'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/no payload.*\n +fix: crablet invoke --data-ascii/),
    });
    expect(await invoke(['echo', '-A', '1', '-E', 'sqs-event'])).toMatchObject({ code: 2 });
    expect(await invoke(['echo', '-A', '{a}'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--data-ascii is not JSON'),
    });
  });

  it('is one of many samples', async () => {
    const { code, stdout } = await invoke(['--list-examples']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sqs-event +\S/m);
    const json = JSON.parse((await invoke(['--list-examples', '--output', 'json'])).stdout);
    expect(json).toMatchObject({ schema: 'crablet.examples/1', examples: expect.any(Array) });
    expect(json.examples).toHaveLength(stdout.trim().split('\n').length);
  });
});

describe('the answer', () => {
  it('is the payload on stdout; the log comes on stderr when asked for', async () => {
    const { code, stdout, stderr } = await invoke(['echo', '-A', '[1]', '--log-tail']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[1]\n' });
    expect(stderr).toMatch(/^START RequestId: [\s\S]*the log of it\n[\s\S]*REPORT RequestId/);
  });

  it('in JSON is on one line, and its numbers keep all of their digits', async () => {
    const service = await serve([next(), respond('{"id":\n 9007199254740993}'), next()]);
    const env = { AWS_ENDPOINT_URL_LAMBDA: service.url };
    const { stdout } = await invoke(['hello', '-A', '{}', '--output', 'json'], { env });
    expect(stdout).toMatch(/^[^\n]*"payload":\{"id": +9007199254740993\}\}\n$/);
  });

  it('is one JSON object when asked for', async () => {
    const { stdout } = await invoke(['echo', '-A', '{"a":[1]}', '--output', 'json', '--log-tail']);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'crablet.invoke/1',
      statusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      executedVersion: '$LATEST',
      payload: { a: [1] },
      log: expect.stringContaining('the log of it'),
    });
  });

  it('is indented, and nothing else, for the flag of Cargo Lambda', async () => {
    const { stdout } = await invoke(['echo', '-A', '{"a":[1]}', '--output-format', 'Json']);
    expect(stdout).toBe('{\n  "a": [\n    1\n  ]\n}\n');
    const { code, stderr } = await invoke(['echo', '-A', '{}', '-o', 'yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('It is text or json');
  });

  it("is the function's error, and exit code 5", async () => {
    const { code, stdout, stderr } = await invoke(['fails', '-A', '{}']);
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toEqual({ errorType: 'RangeError', errorMessage: 'out of range' });
    expect(stderr).toBe('error: the function returned an error (Unhandled)\n');
    const json = await invoke(['fails', '-A', '{}', '--output', 'json']);
    expect(json.code).toBe(5);
    expect(JSON.parse(json.stdout)).toMatchObject({ functionError: 'Unhandled' });
  });

  it('streams', async () => {
    expect(await invoke(['streams', '-A', '{}', '--stream'])).toEqual({ code: 0, stdout: 'abc', stderr: '' });
    const failed = await invoke(['streams', '-A', '{"fail":true}', '--stream']);
    expect(failed).toMatchObject({ code: 5, stdout: 'ab' });
    expect(await invoke(['fails', '-A', '{}', '--stream'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('error: the function returned an error'),
    });
  });

  it('is not waited for, or not even asked for', async () => {
    expect(await invoke(['echo', '-A', '{}', '--invocation-type', 'Event'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^accepted: the event is queued, and its function runs without anyone waiting \([0-9a-f-]{36}\)\n$/,
      ),
    });
    expect(await invoke(['echo', '--invocation-type', 'DryRun'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'checked: the function exists and may be invoked\n',
    });
  });

  it.each([
    [['--output', 'json'], '--stream and --output json do not go together'],
    [['--invocation-type', 'Event'], '--stream and --invocation-type Event do not go together'],
  ])('cannot be streamed with %j', async (flags, what) => {
    const { code, stderr } = await invoke(['streams', '-A', '{}', '--stream', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(what);
  });
});

describe('who is asked', () => {
  it('must be named when there are several', async () => {
    const { code, stderr } = await invoke(['-A', '{}']);
    expect(code).toBe(2);
    expect(stderr).toContain('fix: Name one: crablet invoke context, crablet invoke echo');
  });

  it('is the one of the address, of the variable, or of the project', async () => {
    const { port } = new URL(url);
    for (const argv of [
      ['-P', port],
      ['--invoke-address', '127.0.0.1', '-P', port],
      ['--endpoint-url', url],
    ])
      expect(await invoke(['echo', '-A', '1', ...argv], { cwd: '/' })).toMatchObject({
        code: 0,
        stdout: '1\n',
      });
  });

  it('may be named by its ARN, and by $LATEST', async () => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
    expect(await invoke([arn, '-A', '1'])).toMatchObject({ code: 0, stdout: '1\n' });
    expect(await invoke(['echo', '-A', '1', '--qualifier', '$LATEST'])).toMatchObject({ code: 0 });
  });

  it('is told when it does not exist', async () => {
    const { code, stderr } = await invoke(['ecko', '-A', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/refused to invoke 'ecko' \(ResourceNotFoundException\)/);
    expect(stderr).toMatch(/fix: .*echo/);
    expect(await invoke(['echo', '-A', '1', '--qualifier', 'prod'])).toMatchObject({ code: 1 });
  });

  it('gets the client context', async () => {
    const json = '{"custom":{"a":"ü"}}';
    const file = await project.write('context.json', json);
    for (const argv of [
      ['--client-context-ascii', json],
      ['--client-context-file', file],
    ])
      expect(JSON.parse(JSON.parse((await invoke(['context', '-A', '{}', ...argv])).stdout))).toEqual(
        JSON.parse(json),
      );
    expect(await invoke(['context', '-A', '{}', '--client-context-file', 'none'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Cannot read the client context from 'none'"),
    });
    expect((await invoke(['context', '-A', '{}', '--client-context-ascii', 'no json'])).code).not.toBe(70);
  });

  it('gets the Cognito identity', async () => {
    const who = ['--identity-id', 'eu-west-1:1', '--identity-pool-id', 'eu-west-1:2'];
    const asked = await invoke(['identity', '-A', '{}', ...who]);
    expect(JSON.parse(JSON.parse(asked.stdout)), asked.stderr).toEqual({
      cognitoIdentityId: 'eu-west-1:1',
      cognitoIdentityPoolId: 'eu-west-1:2',
    });
    expect((await invoke(['identity', '-A', '{}'])).stdout).toBe('"nobody"\n');
    expect(await invoke(['identity', '-A', '{}', ...who.slice(0, 2)])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--identity-pool-id POOL'),
    });
    expect(await invoke(['identity', '-A', '{}', '--remote', ...who])).toMatchObject({ code: 2 });
  });

  it('is nobody when no service runs', async () => {
    const { code, stderr } = await invoke(['echo', '-A', '1', '-P', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: No local Lambda service answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    );
    expect(stderr).toMatch(/fix: .*crablet watch/);
  });

  it.each([
    [['--endpoint-url', 'nonsense'], /--endpoint-url leads to 'nonsense'/],
    [
      ['--endpoint-url', 'https://lambda.eu-west-3.amazonaws.com'],
      /which is no http:\/\/ or https:\/\/ address/,
    ],
    [['--invoke-address', 'a b'], /--invoke-address leads to/],
    [['-P', 'x'], /A port is a number from 0 to 65535/],
    [['--output', 'xml'], /Allowed choices are text, json/],
    [['--retry-attempts', '-1'], /whole number/],
    [['--invocation-type', 'Now'], /Allowed choices are/],
    [['--unknown'], /unknown option '--unknown'/],
    [['two', 'functions'], /too many arguments/],
  ])('is not told by %j', async (argv, what) => {
    const { code, stderr } = await invoke(['echo', '-A', '1', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(/\n +fix: /);
  });
});

describe('a service that breaks off', () => {
  let server: Server;
  let at: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        if (request.url?.includes('/early/')) return response.destroy();
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('"half', () => response.destroy());
      });
    });
    at = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
  });
  afterAll(() => server.close());

  it.each([['early'], ['late']])('%s is told of', async (name) => {
    const { code, stderr } = await invoke([name, '-A', '1', '--endpoint-url', at]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ECONNRESET|aborted|hang up/);
    expect(await invoke([name, '-A', '1', '--endpoint-url', at, '--stream'])).toMatchObject({
      code: name === 'early' ? 1 : 5,
    });
  });
});
