import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCli, runCli, startCli } from '../support/cli.js';
import { http } from '../support/http.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;
const running: RunningCli[] = [];

beforeEach(async () => {
  project = await functionProject();
  await project.save('hello', '() => process.env');
});

afterEach(async () => {
  for (const cli of running.splice(0)) await cli.interrupt();
  await project.remove();
});

function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCli {
  const surroundings = { cwd: project.folder, env: { ...project.env, ...env } };
  const cli = startCli(['watch', '--invoke-port', '0', ...argv], surroundings);
  running.push(cli);
  return cli;
}

async function urlOf(cli: RunningCli): Promise<string> {
  const [, url = ''] = await cli.until(/serves \d+ functions? at (\S+)/);
  await cli.until(/^ready /m);
  return url;
}

/** The environment that the function finds. */
async function environment(
  argv: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const { text } = await http(await urlOf(start(argv, env)));
  return JSON.parse(text) as Record<string, string>;
}

const account = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};

describe('what a function finds in its environment', () => {
  it("is Lambda's, and nothing else of the shell", async () => {
    const found = await environment([], { SECRET_OF_THE_SHELL: 'x', EDITOR: 'vi' });
    expect(Object.keys(found).sort()).toEqual([
      'AWS_DEFAULT_REGION',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_XRAY_CONTEXT_MISSING',
      'AWS_XRAY_DAEMON_ADDRESS',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'LD_LIBRARY_PATH',
      'PATH',
      'TMPDIR',
      'TZ',
      '_AWS_XRAY_DAEMON_ADDRESS',
      '_AWS_XRAY_DAEMON_PORT',
      '_HANDLER',
    ]);
  });

  it('is what the flags, the file and the project say, in this order', async () => {
    await project.functions(['hello'], { lambda: { env: { A: 'project', B: 'project', C: 'project' } } });
    await project.write('.env.local', '# mine\nA=file\nB="file with = and #"\n');
    const argv = ['--env-file', '.env.local', '--env-var', 'A=flag', '--env-var', 'D=', '--env-var', 'E=a,b'];
    expect(await environment(argv)).toMatchObject({
      A: 'flag',
      B: 'file with = and #',
      C: 'project',
      D: '',
      E: 'a,b',
    });
  });

  it('follows the environment file when it is saved', async () => {
    await project.write('.env.local', 'A=one\n');
    const cli = start(['--env-file', '.env.local']);
    const url = await urlOf(cli);
    expect(JSON.parse((await http(url)).text)).toMatchObject({ A: 'one' });
    await project.write('.env.local', 'A=two\n');
    await cli.until(/\.env\.local changed, building/);
    await cli.until(/^ready /m);
    expect(JSON.parse((await http(url)).text)).toMatchObject({ A: 'two' });
  });

  it("has the user's credentials, region and endpoints", async () => {
    const env = { ...account, AWS_REGION: 'eu-north-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    Object.assign(process.env, account);
    try {
      expect(await environment([], env)).toMatchObject({ ...env, AWS_DEFAULT_REGION: 'eu-north-1' });
    } finally {
      for (const name of Object.keys(account)) delete process.env[name];
    }
  });

  it('has no credentials when told so', async () => {
    const found = await environment(['--no-credentials'], account);
    expect(Object.keys(found).filter((name) => name in account)).toEqual([]);
  });
});

describe('refuses', () => {
  it.each([
    [['--env-var', 'NAME'], 2, /--env-var 'NAME' is not of the form KEY=VALUE/],
    [['--env-var', '=x'], 2, /--env-var '=x' is not of the form KEY=VALUE/],
    [['--env-var', 'AWS_REGION=x'], 2, /AWS_REGION/],
    [['--env-file', 'none.env'], 3, /no environment file .*none\.env/],
    [['-P', '70000'], 2, /A port is a number from 0 to 65535/],
    [['-P', 'http'], 2, /A port is a number from 0 to 65535/],
    [['--timeout', '0'], 2, /more than 0 and at most 900 seconds/],
    [['--timeout', '901'], 2, /more than 0 and at most 900 seconds/],
    [['--concurrency', '0'], 2, /whole number from 1 up/],
    [['--reserved-concurrency', 'hello=x'], 2, /whole number from 0 up, for each function, or for one/],
    [['--reserved-concurrency', '901'], 2, /leaves 99; Lambda keeps at least 100/],
    [['--provisioned', 'helo=1'], 2, /there is no function 'helo'; there is: hello/],
    [['--provisioned', '2', '--reserved-concurrency', 'hello=1'], 2, /but reserves only 1/],
    [['--keep-alive', 'long'], 2, /a time such as 90s, 10m or 2h/],
    [['--url-auth', 'IAM'], 2, /Allowed choices are NONE, AWS_IAM/],
    [['--accept-key', 'test'], 2, /Write the key as ID:SECRET, or ID:SECRET:TOKEN/],
    [['--invoke-mode', 'x'], 2, /Allowed choices are auto, BUFFERED, RESPONSE_STREAM/],
    [['--log-view', 'x'], 2, /Allowed choices are pretty, raw, json/],
    [['--color', 'x'], 2, /Allowed choices are auto, always, never/],
    [['--bin', 'helo'], 2, /helo[\s\S]*hello/],
    [['-p', 'ap'], 2, /'ap'[\s\S]*app/],
    [['--keep-servin'], 2, /unknown option '--keep-servin'/],
    [['hello'], 2, /There is no folder hello/],
    [['--release', '--profile', 'dev'], 2, /--release and --profile dev are both given/],
    [['--cdk-parameter', 'A=1'], 2, /--cdk-parameter is given without --cdk/],
    [['--invoke-address', '203.0.113.1'], 3, /Cannot listen on 203\.0\.113\.1/],
  ])('%j', async (argv, code, what) => {
    const cli = startCli(['watch', '-P', '0', ...argv], { cwd: project.folder, env: project.env });
    expect({ code: await cli.ended, stderr: cli.text.stderr }).toEqual({
      code,
      stderr: expect.stringMatching(what),
    });
    expect(cli.text.stderr).toMatch(/\n +fix: \S/);
    expect(cli.text.stdout).toBe('');
  });

  it('to start where there is no project', async () => {
    const cli = startCli(['watch'], { cwd: '/', env: { PATH: process.env['PATH'] } });
    expect(await cli.ended).toBe(2);
    expect(cli.text.stderr).toMatch(/error: There is no Cargo\.toml in \/ or above\.\n +fix: .*crablet new/);
  });

  it('to start where there is no cargo', async () => {
    const cli = startCli(['watch'], { cwd: project.folder, env: { PATH: '/none' } });
    expect(await cli.ended).toBe(3);
    expect(cli.text.stderr).toMatch(/cargo is not on PATH/);
  });
});

describe('the logs of functions', () => {
  const logging = "(event) => (console.log(JSON.stringify({ level: 'INFO', message: 'hi', a: 1 })), 'ok')";

  it.each([
    [
      'raw',
      /^INIT_START .*\nSTART RequestId: \S+ Version: \$LATEST\n\{"level":"INFO","message":"hi","a":1\}\nEND RequestId: \S+\nREPORT RequestId: .*\n$/,
    ],
    ['pretty', /^\d\d:\d\d:\d\d INFO {2}hi a=1\n\d\d:\d\d:\d\d ✓ [\d.]+ ms · .*\n$/],
  ])('come in the view %s on stdout', async (view, pattern) => {
    await project.save('hello', logging);
    const cli = start(['--log-view', view]);
    expect((await http(await urlOf(cli))).text).toBe('ok');
    await cli.until(/REPORT|✓.*\n/, 'stdout');
    await cli.interrupt();
    expect(cli.text.stdout).toMatch(pattern);
  });

  it('come as JSON lines', async () => {
    await project.save('hello', logging);
    const cli = start(['--log-view', 'json']);
    await http(await urlOf(cli));
    await cli.until(/platform\.report.*\n/, 'stdout');
    await cli.interrupt();
    const lines = cli.text.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['platform.start', 'function', 'platform.runtimeDone', 'platform.report']),
    );
  });
});

describe('arguments for functions', () => {
  const ARGUMENTS = ['--one', "two 'and' three", '$HOME'];
  const seen = async (argv: readonly string[]) => JSON.parse((await http(await urlOf(start(argv)))).text);

  beforeEach(() => project.save('hello', '() => process.argv.slice(2)'));

  it('stand after --', async () => {
    expect(await seen(['--', ...ARGUMENTS])).toEqual(ARGUMENTS);
    expect(await seen([])).toEqual([]);
    expect(await seen([project.folder, '--', 'one'])).toEqual(['one']);
  });

  it('are refused where they look like a second folder', async () => {
    const { code, stderr } = await runCli(['watch', '.', 'one'], { cwd: project.folder, env: project.env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('crablet watch . -- one')]);
  });
});
