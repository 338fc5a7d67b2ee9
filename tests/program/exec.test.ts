import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LongLived } from '../support/cli.js';
import { type FunctionProject, functionProject, HELD } from '../support/project.js';

// A true process: the command that is run has our standard streams.

let project: FunctionProject;

beforeEach(async () => {
  project = await functionProject();
});
afterEach(() => project.remove());

function exec(argv: readonly string[], env: NodeJS.ProcessEnv = {}): LongLived {
  return new LongLived(['exec', ...argv], { cwd: project.folder, env: { ...project.env, ...env } });
}

async function run(argv: readonly string[], env?: NodeJS.ProcessEnv) {
  const cli = exec(argv, env);
  const { code } = await cli.end();
  return { code, ...cli.text };
}

/** A program of Node that prints what it is told to. */
const node = (code: string) => ['--', process.execPath, '-e', code];
const PRINT = (...names: string[]) => node(`console.log(${names.map((n) => `process.env.${n}`).join(',')})`);

describe('exec', () => {
  it("serves the functions to a command, ends with it, and has only the command's words on stdout", async () => {
    const fetched =
      "fetch(process.env.CRABLET_URL_HELLO).then((a) => a.text()).then((t) => console.log('got ' + t))";
    const { code, stdout, stderr } = await run(node(fetched));
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: 'got hello one\n' });
    expect(stderr).toMatch(/ready hello/);
    expect(stderr).not.toMatch(/Keys:/);
    expect(await readdir(join(project.folder, 'target/lambda'))).toEqual([]);
  });

  it('names the URL of each function', async () => {
    await project.save('hi-api', "() => 'hi'");
    await project.functions(['hello', 'hi-api']);
    const { stdout } = await run(PRINT('CRABLET_URL_HELLO', 'CRABLET_URL_HI_API', 'AWS_ENDPOINT_URL_LAMBDA'));
    const [hello, hi, lambda] = stdout.trim().split(' ');
    expect(lambda).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect([hello, hi]).toEqual([`${lambda}/lambda-url/hello/`, `${lambda}/lambda-url/hi-api/`]);
  });

  it("gives AWS clients what they insist on, and leaves the user's own alone", async () => {
    const names = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'MINE'];
    expect((await run(PRINT(...names), { MINE: 'x' })).stdout).toBe('us-east-1 local local x\n');
    const own = { AWS_REGION: 'eu-west-3', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect((await run(PRINT(...names), own)).stdout).toBe('eu-west-3 AKIA secret undefined\n');
  });

  it("leaves the credentials of the user's files in force", async () => {
    await project.write(
      'home/.aws/credentials',
      '[default]\naws_access_key_id = A\naws_secret_access_key = B\n',
    );
    await project.write('home/.aws/config', '[default]\nregion = ap-south-1\n');
    const { stdout } = await run(PRINT('AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_EC2_METADATA_DISABLED'));
    expect(stdout).toBe('ap-south-1 undefined undefined\n');
  });

  it('serves its own service to crablet invoke', async () => {
    const crablet = join(process.cwd(), 'dist/crablet.cjs');
    const { code, stdout } = await run(['--', process.execPath, crablet, 'invoke', '--data-ascii', '{}']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '"hello one"\n' });
  });

  it.each([
    ['its own code', ['--', 'sh', '-c', 'exit 7'], 7],
    ['128 and the signal that ended it', ['--', 'sh', '-c', 'kill -TERM $$'], 143],
    ['flags of the command are its own', ['sh', '-c', 'exit "$1"', 'sh', '--', '--timeout'], 2],
  ])('ends with %s', async (_, argv, code) => {
    expect((await run(argv)).code).toBe(code);
  });

  it('tells of a program that is missing', async () => {
    const { code, stderr } = await run(['--', 'no-such-program', 'x']);
    expect(code).toBe(3);
    expect(stderr).toContain("error: 'no-such-program' cannot be run (ENOENT).");
  });

  it('runs nothing when the build fails', async () => {
    await project.save('hello', 'COMPILE ERROR');
    const { code, stdout, stderr } = await run(['--', 'echo', 'run']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('does not compile & says so');
    expect(stderr).toMatch(/\nnot compiled: 'echo' was not run\n$/);
  });

  it('asks for a command', async () => {
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toContain("missing required argument 'command'");
  });

  it('ends the command, the functions and itself when it is told to', async () => {
    const cli = exec(node("console.log('runs'); setInterval(() => {}, 1000)"));
    await cli.readUntil(/runs/, 'stdout');
    expect(await cli.stop('SIGTERM')).toBe(143);
  });

  it('ends cargo when it is told to during the build', async () => {
    project.holdNextBuild();
    const cli = exec(['--', 'echo', 'run']);
    await cli.readUntil(HELD);
    expect(await cli.stop('SIGINT')).toBe(130);
    expect(cli.text.stdout).toBe('');
  });
});
