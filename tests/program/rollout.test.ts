import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Clients } from '../../src/aws/deploy/clients.js';
import { rolloutCloud } from '../../src/aws/deploy/rollout.js';
import { wallPace } from '../../src/cli/wall-pace.js';
import { type CliRun, KEYS, runCli } from '../support/cli.js';
import { type Deployable, deployable } from '../support/deployable.js';
import { type Moto, startMoto } from '../support/moto.js';
import { movedPace } from '../support/moved-pace.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

let moto: Moto;
let project: Deployable;

const isReady = pythonClient('moto_server') !== undefined;

beforeAll(async () => {
  if (isReady) moto = await startMoto();
});
afterAll(() => moto?.stop());
beforeEach(async () => {
  if (!isReady) return;
  await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
  project = await deployable(moto);
});
afterEach(() => project?.remove());

const json = (run: CliRun) => JSON.parse(run.stdout) as Record<string, unknown>;

async function deploy(...argv: string[]): Promise<CliRun> {
  const run = await project.crablet('deploy', '--yes', ...argv);
  return run;
}

async function deployed(...argv: string[]): Promise<void> {
  const { code, stderr } = await deploy(...argv);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
}

/** Somebody else, who calls the same AWS. */
function outside(): Clients {
  return new Clients({ env: {}, endpointUrl: moto.url });
}

/** What an alias leads to, as AWS has it. */
async function live(): Promise<{ version: string; weights: object }> {
  const clients = outside();
  try {
    const [alias] = await rolloutCloud(clients).aliases('orders');
    return { version: alias?.version ?? '', weights: alias?.weights ?? {} };
  } finally {
    clients.close();
  }
}

async function alarm(state: string): Promise<void> {
  const clients = outside();
  try {
    const cloudwatch = await clients.cloudwatch();
    const { PutMetricAlarmCommand, SetAlarmStateCommand } = await import('@aws-sdk/client-cloudwatch');
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'too-slow',
        Namespace: 'Shop',
        MetricName: 'Slow',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Period: 60,
        Statistic: 'Sum',
        Threshold: 1,
      }),
    );
    const StateValue = state as 'OK' | 'ALARM';
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'too-slow', StateValue, StateReason: 'the test says so' }),
    );
  } finally {
    clients.close();
  }
}

describe.skipIf(!isReady)(
  `versions, rollback, destroy, diff (${isReady ? 'moto' : WITHOUT_PYTHON_CLIENTS})`,
  () => {
    it('lists versions with what gets the traffic, and goes back and forth', async () => {
      await deployed();
      await project.change('second');
      await deployed();
      const listed = json(await project.crablet('versions', '--output', 'json'));
      expect(listed).toMatchObject({
        schema: 'crablet.versions/1',
        functions: [
          {
            function: 'orders',
            aliases: [{ name: 'live', version: '2' }],
            versions: [
              { version: '1', traffic: [] },
              { version: '2', traffic: ['live'] },
            ],
          },
        ],
      });
      expect((await project.crablet('versions')).stdout).toMatch(/^orders\n {2}2 .* live .*\n {2}1 /);

      const back = await project.crablet('rollback', '--output', 'json');
      expect(json(back)).toMatchObject({ function: 'orders', from: { version: '2' }, to: '1', moved: true });
      expect(await live()).toEqual({ version: '1', weights: {} });
      expect((await project.crablet('rollback', '1')).stderr).toContain('leads to version 1 already');
      expect((await project.crablet('rollback', '2')).code).toBe(0);
      expect((await live()).version).toBe('2');
    });

    it('needs no project for a function that is named', async () => {
      await deployed();
      const nowhere = await mkdtemp(join(tmpdir(), 'crablet-nowhere-'));
      onTestFinished(() => rm(nowhere, { recursive: true }));
      const to = ['--endpoint-url', moto.url, '--region', 'us-east-1'];
      const run = await runCli(['versions', 'orders', '--output', 'json', ...to], { cwd: nowhere });
      expect(json(run)).toMatchObject({ functions: [{ function: 'orders' }] });
    });

    it('keeps so many versions', async () => {
      await deployed();
      // No more than this: after a deletion moto gives the next version the number of one that is there.
      for (const to of ['second', 'third']) {
        await project.change(to);
        await deployed('--keep-versions', '2');
      }
      const [{ versions }] = json(await project.crablet('versions', '--output', 'json'))['functions'] as [
        { versions: { version: string }[] },
      ];
      expect(versions.map(({ version }) => version)).toEqual(['2', '3']);
    });

    it('finds what someone changed in the console, and nothing where nothing was', async () => {
      await deployed();
      const same = await project.crablet('diff');
      expect(same.stdout).toBe('orders  as in the project\n');
      expect(same.code).toBe(0);
      const clients = outside();
      const lambda = await clients.lambda();
      const { UpdateFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'orders', MemorySize: 512 }));
      clients.close();
      const differs = await project.crablet('diff');
      expect(differs.code).toBe(7);
      expect(differs.stdout).toContain('changed on AWS since version 1 was published');
      expect(differs.stdout).toContain('~ memory (MB): 128 → 512');
      expect(json(await project.crablet('diff', '--output', 'json'))).toMatchObject({
        differs: true,
        functions: [{ function: 'orders', since: '1', changedOnAws: [{ name: 'memory (MB)' }] }],
      });
    });

    it('takes away what was made, after showing it, and nothing else', async () => {
      await project.settings({ deploy: { log_retention: 7, schedules: [{ expression: 'rate(1 hour)' }] } });
      await deployed();
      const asked = await project.crablet('destroy');
      expect(asked.code).toBe(2);
      expect(asked.stderr).toContain('crablet destroy --yes');
      expect((await live()).version).toBe('1');
      const gone = await project.crablet('destroy', '--yes');
      expect(gone.code).toBe(0);
      for (const what of [
        'schedule',
        'function orders',
        'log group /aws/lambda/orders',
        'role crablet-orders',
      ]) {
        expect(gone.stderr).toMatch(new RegExp(`✓ the ${what}`));
      }
      expect((await project.crablet('destroy', '--yes')).stderr).toContain('nothing to take away');
      expect((await project.crablet('versions')).stderr).toContain("There is no function 'orders' on AWS");
    });

    it("does not take away somebody else's function", async () => {
      await deployed();
      const clients = outside();
      const lambda = await clients.lambda();
      const { UntagResourceCommand } = await import('@aws-sdk/client-lambda');
      const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
      await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['crablet:function'] }));
      clients.close();
      const { code, stderr } = await project.crablet('destroy', '--yes');
      expect(code).toBe(2);
      expect(stderr).toContain("The function 'orders' was not made by crablet");
      expect((await live()).version).toBe('1');
    });

    it('tells what is wrong', async () => {
      await deployed();
      const wrong: [string[], RegExp][] = [
        [['rollback', '9'], /has no such version; it has: 1/],
        [['rollback'], /there is none before it/],
        [['rollback', 'orders'], /'orders' is no version/],
        [['rollback', '--alias', 'prod'], /has no alias prod; it has: live/],
        [['versions', 'oders'], /There is no function 'oders'/],
      ];
      for (const [argv, text] of wrong) {
        const { code, stderr } = await project.crablet(...argv);
        expect(stderr).toMatch(text);
        expect(code).toBe(2);
      }
    });
  },
);

describe.skipIf(!isReady)('a canary', () => {
  it('leads on when nothing rings', async () => {
    await alarm('OK');
    await deployed();
    await project.change('second');
    await deployed('--canary', '10%/1m,50%/1m', '--alarm', 'too-slow');
    expect(await live()).toEqual({ version: '2', weights: {} });
  });

  it('is taken back when the alarm rings, and exits 1', async () => {
    await alarm('OK');
    await deployed();
    await project.change('second');
    const meanwhile: object[] = [];
    project.pace = movedPace(async () => {
      meanwhile.push(await live());
      await alarm('ALARM');
    });
    const { code, stderr, stdout } = await deploy(
      ...['--canary', '10%/10m', '--alarm', 'too-slow', '--output', 'json'],
    );
    expect(code).toBe(1);
    const [one] = JSON.parse(stdout).functions;
    expect(one).toMatchObject({ status: 'failed', error: { code: 'deploy.canary' } });
    expect(one.traffic).toEqual([
      { kind: 'canary.shifted', version: '2', weight: 0.1, seconds: 600 },
      expect.objectContaining({ kind: 'canary.looked' }),
      { kind: 'canary.restoring', version: '1', why: expect.stringContaining('too-slow is in ALARM') },
    ]);
    expect(stderr).toContain('the alarm too-slow is in ALARM: the test says so');
    expect(meanwhile).toEqual([{ version: '1', weights: { 2: 0.1 } }]);
    expect(await live()).toEqual({ version: '1', weights: {} });
  });

  it('is taken back at Ctrl-C without a terminal', async () => {
    await deployed();
    await project.change('second');
    project.pace = wallPace;
    const running = project.start('deploy', '--yes', '--canary', '10%/600s');
    await running.until(/10% of the calls get version 2/);
    expect(await running.interrupt()).toBe(130);
    expect(running.text.stderr).toContain('it was interrupted');
    expect(await live()).toEqual({ version: '1', weights: {} });
  });

  it.each([
    ['is taken back', KEYS.yes, { version: '1', weights: {} }],
    ['goes on as it is', KEYS.no, { version: '1', weights: { 2: 0.1 } }],
    ['is taken back at a second Ctrl-C, too,', KEYS.ctrlC, { version: '1', weights: {} }],
  ])('%s as a person says at Ctrl-C', async (_, key, is) => {
    await deployed();
    await project.change('second');
    project.pace = wallPace;
    project.typed = [['Lead all calls of orders:live back', key]];
    const running = project.start('deploy', '--yes', '--canary', '10%/600s');
    await running.until(/10% of the calls get version 2/);
    expect(await running.interrupt()).toBe(130);
    expect(await live()).toEqual(is);
  });

  it('that was killed is ended by the next rollback, or the next deploy', async () => {
    await deployed();
    await project.change('second');
    const running = project.spawn('deploy', '--yes', '--canary', '10%/600s');
    await running.readUntil(/10% of the calls get version 2/);
    await running.stop('SIGKILL');
    expect(await live()).toEqual({ version: '1', weights: { 2: 0.1 } });
    expect((await project.crablet('rollback')).stderr).toContain('10% of them to 2');
    expect(await live()).toEqual({ version: '1', weights: {} });
    await deployed();
    expect(await live()).toEqual({ version: '2', weights: {} });
  });

  it('moves no traffic when something is wrong with its settings', async () => {
    await deployed();
    await project.change('second');
    const wrong: [string[], RegExp][] = [
      [['--canary', '200%/1m'], /It must be steps such as "10%\/5m"/],
      [['--alarm', 'too-slow'], /Alarms are watched during a canary/],
      [['--canary', '10%/1s', '--alarm', 'no-alarm'], /There is no CloudWatch alarm 'no-alarm'/],
      [['--smoke-test', 'missing.json'], /cannot be read from/],
    ];
    for (const [argv, text] of wrong) {
      const { code, stderr } = await deploy(...argv);
      expect(stderr).toMatch(text);
      expect(code).toBe(2);
    }
    expect(await live()).toEqual({ version: '1', weights: {} });
  });

  it('does not begin when the smoke test fails', async () => {
    await deployed();
    await project.change('second');
    await project.write('event.json', '{}');
    // moto has no Docker to run the function in, and answers as for one that failed.
    const { code, stderr } = await deploy('--canary', '10%/1s', '--smoke-test', 'event.json');
    expect(stderr).toContain("Version 2 of 'orders' failed its smoke test");
    expect(code).toBe(7);
    expect(await live()).toEqual({ version: '1', weights: {} });
  });
});
