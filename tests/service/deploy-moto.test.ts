import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { runCli } from '../support/cli.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient } from '../support/python-clients.js';
import { type FakeProject, fakeProject } from './build-fake-cargo.js';

/** The same deploys against an emulator that others have written: that what is sent is what AWS takes. */
const isThere = pythonClient('moto_server') !== undefined && pythonClient('aws') !== undefined;

let moto: Moto;
let project: FakeProject;

beforeAll(async () => {
  if (!isThere) return;
  [moto, project] = await Promise.all([startMoto(), fakeProject()]);
  const bytes = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
  await project.write('hello.zip', makeZip([{ name: 'bootstrap', bytes, executable: true }]));
});

afterAll(async () => {
  await moto?.stop();
  await project?.remove();
});

async function deploy(settings: Record<string, unknown>, ...argv: string[]) {
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy: settings } }] });
  const to = ['--endpoint-url', moto.url, '--region', 'eu-central-1', '--output', 'json'];
  const zip = ['--binary-path', `${project.folder}/hello.zip`];
  const run = await runCli(['deploy', ...zip, ...to, ...argv], { cwd: project.folder, env: project.env });
  expect(run.code, run.stderr).toBe(0);
  const [only] = JSON.parse(run.stdout).functions;
  return only as { changed: boolean; version: string; url: string | null; steps: { what: string }[] };
}

function aws<T = unknown>(...argv: string[]): T {
  const program = pythonClient('aws')!;
  const env = { ...process.env, ...moto.env, AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1' };
  const out = execFileSync(program, [...argv, '--endpoint-url', moto.url, '--output', 'json'], {
    env,
    encoding: 'utf8',
  });
  return JSON.parse(out === '' ? '{}' : out) as T;
}

const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';

describe.skipIf(!isThere)('crablet deploy to moto', { timeout: 120_000 }, () => {
  it('creates, changes, takes away, and each time has then nothing to do', async () => {
    aws('sqs', 'create-queue', '--queue-name', 'orders');
    const full = {
      memory: 256,
      env: { COLOR: 'red' },
      tag: { team: 'a b' },
      log_retention: 7,
      enable_function_url: true,
      function_url: { cors: { allow_origins: ['*'] } },
      reserved_concurrency: 5,
      maximum_retry_attempts: 1,
      event_sources: [{ arn: QUEUE, batch_size: 5 }],
      schedules: [{ name: 'nightly', expression: 'cron(0 3 * * ? *)', input: '{"a":1}' }],
      policies: ['AmazonS3ReadOnlyAccess'],
    };
    const first = await deploy(full);
    expect(first).toMatchObject({ changed: true, version: '1', url: expect.stringContaining('https://') });
    const again = await deploy(full);
    expect(again.steps).toEqual([]);
    expect(again).toMatchObject({ changed: false, version: '1' });

    const name = ['--function-name', 'hello'];
    expect(aws('lambda', 'get-function', ...name)).toMatchObject({
      Configuration: { MemorySize: 256, Timeout: 30, Environment: { Variables: { COLOR: 'red' } } },
      Tags: { team: 'a b', 'crablet:function': 'app/hello' },
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
    expect(aws('lambda', 'get-alias', ...name, '--name', 'live')).toMatchObject({ FunctionVersion: '1' });
    expect(aws('lambda', 'list-event-source-mappings')).toMatchObject({
      EventSourceMappings: [{ EventSourceArn: QUEUE, BatchSize: 5 }],
    });
    expect(aws('events', 'list-targets-by-rule', '--rule', 'hello.nightly')).toMatchObject({
      Targets: [{ Arn: 'arn:aws:lambda:eu-central-1:123456789012:function:hello:live', Input: '{"a":1}' }],
    });
    expect(aws('logs', 'describe-log-groups')).toMatchObject({
      logGroups: [{ logGroupName: '/aws/lambda/hello', retentionInDays: 7 }],
    });

    const bare = await deploy({ disable_function_url: true });
    expect(bare).toMatchObject({ changed: true, url: null });
    expect(await deploy({ disable_function_url: true })).toMatchObject({ changed: false });
    expect(aws('lambda', 'list-event-source-mappings')).toMatchObject({ EventSourceMappings: [] });
    expect(aws('events', 'list-rules')).toMatchObject({ Rules: [] });
    const { logGroups } = aws<{ logGroups: object[] }>('logs', 'describe-log-groups');
    expect(logGroups[0]).not.toHaveProperty('retentionInDays');
    const { Tags } = aws<{ Tags: object }>('lambda', 'get-function', ...name);
    expect(Object.keys(Tags)).toEqual(['crablet:function']);
  });

  it('sends code through a bucket, which it makes when it may', async () => {
    const through = { name: 'big', s3_bucket: 'crablet-test', s3_create: true };
    expect(await deploy(through)).toMatchObject({ changed: true, version: '1' });
    expect(await deploy(through)).toMatchObject({ changed: false });
    const { Contents } = aws<{ Contents: { Key: string }[] }>(
      's3api',
      'list-objects-v2',
      '--bucket',
      'crablet-test',
    );
    expect(Contents.map(({ Key }) => Key)).toEqual([expect.stringMatching(/^big\/[0-9a-f]{64}\.zip$/)]);
  });
});
