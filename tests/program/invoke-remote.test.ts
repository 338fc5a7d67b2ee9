import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { LongLived, type RunningCli, startCli } from '../support/cli.js';
import { type FunctionProject, functionProject } from '../support/project.js';

// True processes: the AWS SDK looks at the environment of the process itself. None of them reaches AWS.

let project: FunctionProject;
let watching: RunningCli;
let url: string;
let empty: string;

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'crablet-home-'));
  project = await functionProject(['echo', 'fails', 'streams']);
  await project.save('echo', "(event) => (console.log('the log of it'), event)");
  await project.save('fails', "() => { throw new RangeError('out of range') }");
  await project.save('streams', "() => (async function* () { yield 'a'; yield 'b' })()");
  watching = startCli(['watch', '-P', '0'], { cwd: project.folder, env: project.env });
  [, url = ''] = await watching.until(/functions at (\S+)/);
  await watching.until(/^ready/m);
});

afterAll(async () => {
  await watching.interrupt();
  await project.remove();
  await rm(empty, { recursive: true });
});

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const REGION = { AWS_REGION: 'us-east-1' };

async function remotely(argv: readonly string[], env: NodeJS.ProcessEnv = { ...KEYS, ...REGION }) {
  const cli = new LongLived(['invoke', ...argv, '--remote'], {
    cwd: empty,
    env: { PATH: process.env['PATH'], HOME: empty, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const { code } = await cli.end();
  return { code, ...cli.text };
}

describe('invoke --remote', () => {
  it('invokes through the AWS SDK, with all that invoke offers', async () => {
    const at = ['--endpoint-url', url];
    expect(await remotely(['echo', '-A', '{"a":1}', ...at])).toEqual({
      code: 0,
      stdout: '{"a":1}\n',
      stderr: '',
    });
    const json = await remotely(['echo', '-A', '1', '--log-tail', '--output', 'json', ...at]);
    expect(JSON.parse(json.stdout)).toEqual({
      schema: 'crablet.invoke/1',
      statusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      executedVersion: '$LATEST',
      payload: 1,
      log: expect.stringContaining('the log of it'),
    });
    expect(await remotely(['fails', '-A', '1', ...at])).toMatchObject({
      code: 5,
      stdout: '{"errorType":"RangeError","errorMessage":"out of range"}\n',
    });
    expect(await remotely(['streams', '-A', '1', '--stream', ...at])).toMatchObject({
      code: 0,
      stdout: 'ab',
    });
    expect(await remotely(['echo', '-A', '1', '--invocation-type', 'Event', ...at])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('accepted'),
    });
  });

  it("takes the SDK's own variable for the endpoint", async () => {
    const env = { ...KEYS, ...REGION, AWS_ENDPOINT_URL_LAMBDA: url };
    expect(await remotely(['echo', '-A', '2'], env)).toMatchObject({ code: 0, stdout: '2\n' });
  });

  it('asks for a name', async () => {
    expect(await remotely(['-A', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('fix: Name it: crablet invoke my-function --remote'),
    });
  });

  it('tells that there is no region', async () => {
    const { code, stderr } = await remotely(['echo', '-A', '1'], KEYS);
    expect(code).toBe(6);
    expect(stderr).toBe(
      "error: No AWS region is set.\n  fix: Name the function's region: crablet invoke echo --remote --region eu-central-1\n",
    );
  });

  it('tells that there are no credentials', async () => {
    const { code, stderr } = await remotely(['echo', '-A', '1'], REGION);
    expect(code).toBe(6);
    expect(stderr).toMatch(/^error: .*credentials/i);
    expect(stderr).toMatch(/fix: .*aws (configure|sso login)/);
  });

  it('tells that there is no such profile', async () => {
    const { code, stderr } = await remotely(['echo', '-A', '1', '--profile', 'nobody'], REGION);
    expect(code).toBe(6);
    expect(stderr).toContain('nobody');
  });

  it('tells that nobody is at the endpoint', async () => {
    const { code, stderr } = await remotely(['echo', '-A', '1', '--endpoint-url', 'http://127.0.0.1:1']);
    expect(code).toBe(6);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('fix: ');
  });

  it('tells that there is no such function', async () => {
    const { code, stderr } = await remotely(['none', '-A', '1', '--endpoint-url', url]);
    expect(code).toBe(6);
    expect(stderr).toMatch(/AWS did not invoke 'none': ResourceNotFoundException: Function not found/);
    expect(stderr).toContain('--function-name none');
  });

  it('takes no endpoint that is none', async () => {
    const { code, stderr } = await remotely(['echo', '-A', '1', '--endpoint-url', 'nonsense']);
    expect(code).toBe(2);
    expect(stderr).toContain("'nonsense'");
  });
});

describe('how often it tries', () => {
  const asked: string[] = [];
  let server: Server;
  let at: string;
  beforeAll(async () => {
    server = createServer((request: IncomingMessage, response) => {
      asked.push(request.url ?? '');
      request.resume();
      response.writeHead(500, { 'Content-Type': 'application/json' });
      response.end('{"Message":"broken"}');
    });
    at = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
  });
  afterAll(() => server.close());

  it.each([
    [[], 2],
    [['--retry-attempts', '0'], 1],
  ])('%j: %i', async (flags, times) => {
    asked.length = 0;
    expect((await remotely(['echo', '-A', '1', '--endpoint-url', at, ...flags])).code).toBe(6);
    expect(asked).toHaveLength(times);
  });
});
