import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetAliasCommand,
  GetFunctionCommand,
  ListEventSourceMappingsCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clients } from '../../src/aws/deploy/clients.js';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient } from '../support/python-clients.js';

/** The same deploys against an emulator that others have written: that what is sent is what AWS takes. */
const isThere = pythonClient('moto_server') !== undefined;

let moto: Moto;
let project: FakeProject;
/** Somebody else, who looks at what there is. */
let outside: Clients;

beforeAll(async () => {
  if (!isThere) return;
  [moto, project] = await Promise.all([startMoto({ managedPolicies: true }), fakeProject()]);
  outside = new Clients({ env: {}, endpointUrl: moto.url, region: 'eu-central-1' });
  const bytes = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
  await project.write('hello.zip', makeZip([{ name: 'bootstrap', bytes, executable: true }]));
});

afterAll(async () => {
  outside?.close();
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

/** For the project as the last deploy has left it. */
function crablet(...argv: string[]) {
  const to = ['--endpoint-url', moto.url, '--region', 'eu-central-1'];
  return runCli([...argv, ...to], { cwd: project.folder, env: project.env });
}

const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';

describe.skipIf(!isThere)('crablet deploy to moto', { timeout: 120_000 }, () => {
  it('creates, changes, takes away, and each time has then nothing to do', async () => {
    const sqs = new SQSClient({ ...moto.client, region: 'eu-central-1' });
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    sqs.destroy();
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

    const [lambda, events, logs] = await Promise.all([outside.lambda(), outside.events(), outside.logs()]);
    const FunctionName = 'hello';
    expect(await lambda.send(new GetFunctionCommand({ FunctionName }))).toMatchObject({
      Configuration: { MemorySize: 256, Timeout: 30, Environment: { Variables: { COLOR: 'red' } } },
      Tags: { team: 'a b', 'crablet:function': 'app/hello' },
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
    const live = await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    expect(live.FunctionVersion).toBe('1');
    const mappings = () => lambda.send(new ListEventSourceMappingsCommand());
    expect(await mappings()).toMatchObject({
      EventSourceMappings: [{ EventSourceArn: QUEUE, BatchSize: 5 }],
    });
    expect(await events.send(new ListTargetsByRuleCommand({ Rule: 'hello.nightly' }))).toMatchObject({
      Targets: [{ Arn: 'arn:aws:lambda:eu-central-1:123456789012:function:hello:live', Input: '{"a":1}' }],
    });
    const group = async () => (await logs.send(new DescribeLogGroupsCommand())).logGroups?.[0];
    expect(await group()).toMatchObject({ logGroupName: '/aws/lambda/hello', retentionInDays: 7 });

    const bare = await deploy({ disable_function_url: true });
    expect(bare).toMatchObject({ changed: true, url: null });
    expect(await deploy({ disable_function_url: true })).toMatchObject({ changed: false });
    expect(await mappings()).toMatchObject({ EventSourceMappings: [] });
    expect(await events.send(new ListRulesCommand())).toMatchObject({ Rules: [] });
    expect(await group()).not.toHaveProperty('retentionInDays');
    const { Tags } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    expect(Object.keys(Tags ?? {})).toEqual(['crablet:function']);
  });

  it('sends code through a bucket, which it makes when it may', async () => {
    const through = { name: 'big', s3_bucket: 'crablet-test', s3_prefix: 'zips', s3_create: true };
    expect(await deploy(through)).toMatchObject({ changed: true, version: '1' });
    expect(await deploy(through)).toMatchObject({ changed: false });
    const s3 = await outside.s3();
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'crablet-test' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(/^zips\/big\/[0-9a-f]{64}\.zip$/),
    ]);

    const theirs = { Bucket: 'crablet-test', Key: 'theirs.txt' };
    await s3.send(new PutObjectCommand({ ...theirs, Body: 'x' }));
    const dry = await crablet('destroy', '--dry-run');
    expect(dry.stderr).toContain('stays: the bucket crablet-test: another object is in it');
    await s3.send(new DeleteObjectCommand(theirs));
    const gone = await crablet('destroy', '--yes');
    expect(gone.stderr).toMatch(/✓ the bucket crablet-test/);
    expect(gone.code).toBe(0);
    expect((await s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
    expect((await crablet('destroy', '--yes')).stderr).toContain('nothing to take away');
  });

  it('takes away the versions of an extension that it has published, and no others', async () => {
    const bytes = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
    const entry = { name: 'extensions/hello', bytes, executable: true };
    await project.write('layer.zip', makeZip([entry]));
    const lambda = await outside.lambda();
    const LayerName = 'traces';
    await lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: makeZip([entry]) } }));
    await deploy({ name: LayerName, extension: true }, '--binary-path', `${project.folder}/layer.zip`);
    const gone = await crablet('destroy', '--yes');
    expect(gone.stderr).toContain('✓ version 2 of the layer traces');
    expect(gone.stderr).toContain('stays: version 1 of the layer traces: crablet did not publish it');
    const { LayerVersions } = await lambda.send(new ListLayerVersionsCommand({ LayerName }));
    expect(LayerVersions?.map(({ Version }) => Version)).toEqual([1]);
  });
});
