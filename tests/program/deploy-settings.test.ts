import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Clients } from '../../src/aws/deploy/clients.js';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { TRUST } from '../../src/deploy/policy.js';
import { createLocalLambda } from '../../src/local/local-lambda.js';
import { fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';
import { SETTINGS, type SettingRow } from '../support/deploy-settings.js';
import { type Moto, startMoto } from '../support/moto.js';
import { movedPace } from '../support/moved-pace.js';
import { pythonClient } from '../support/python-clients.js';
import { type ThereOnAws, thereOnAws } from '../support/there-on-aws.js';

/** Functions that differ by their settings: all of them go through the same stages at once, in one deploy each. */
interface Stage {
  readonly there: ThereOnAws;
  /** What a deploy would do after this one. */
  readonly left: readonly { readonly what: string; readonly changes: unknown }[];
}

const PROGRAM = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });

const functionOf = ({ of, name }: SettingRow) => of ?? name;

async function staged(rows: readonly SettingRow[], url: string): Promise<Map<string, Stage[]>> {
  const project = await fakeProject();
  const outside = new Clients({ env: {}, endpointUrl: url, region: 'us-east-1' });
  const crablet = async (...argv: string[]) => {
    const to = ['--endpoint-url', url, '--region', 'us-east-1', '--output', 'json'];
    const run = await runCli([...argv, ...to], { cwd: project.folder, env: project.env, pace: movedPace() });
    expect(run.code, run.stderr).toBe(0);
    return JSON.parse(run.stdout) as { functions: { function: string; steps: Stage['left'] }[] };
  };
  try {
    await prepare(outside);
    const names = [...new Set(rows.map(functionOf))];
    for (const name of names) await project.write(`target/debug/${name}`, PROGRAM);
    await project.onBuild(names.map((name) => saysBuilt(project.folder, name)).join(''));
    const all = new Map<string, Stage[]>(names.map((name) => [name, []]));
    for (const stage of [0, 1, 2] as const) {
      const settings = (name: string) =>
        Object.assign(
          {},
          ...rows.filter((row) => functionOf(row) === name).map(({ stages }) => stages[stage]),
        );
      const lambda = { bin: Object.fromEntries(names.map((name) => [name, { deploy: settings(name) }])) };
      await project.metadata({ packages: [{ name: 'app', bins: names, lambda }] });
      await crablet('deploy');
      const { functions } = await crablet('deploy', '--dry-run');
      for (const { function: name, steps } of functions) {
        all.get(name)?.push({ there: await thereOnAws(outside, name), left: steps });
      }
    }
    return all;
  } finally {
    outside.close();
    await project.remove();
  }
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
});

/** What the settings name, and no deploy makes. */
async function prepare(outside: Clients): Promise<void> {
  const [lambda, iam] = await Promise.all([outside.lambda(), outside.iam()]);
  const ZipFile = makeZip([{ name: 'x', bytes: Buffer.from('x'), executable: false }]);
  for (const LayerName of ['one', 'two']) {
    await lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile } }));
    await iam.send(new CreateRoleCommand({ RoleName: LayerName, AssumeRolePolicyDocument: TRUST }));
  }
}

/** What moto wants to know of before it is named; the local service takes it for something that there is. */
async function prepareMoto({ client }: Moto): Promise<void> {
  const sqs = new SQSClient(client);
  await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  sqs.destroy();
  const iam = new IAMClient(client);
  for (const PolicyName of ['one', 'two']) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: POLICY }));
  }
  iam.destroy();
}

function holds(rows: readonly SettingRow[], stages: () => Map<string, Stage[]>): void {
  it.each(rows)('$name', (row) => {
    const { seen, is } = row;
    const of = stages().get(functionOf(row)) ?? [];
    expect(of.map(({ there }) => seen(there))).toEqual(is);
    expect(of.map(({ left }) => left)).toEqual([[], [], []]);
  });
}

describe('a setting at the local service, set, changed and taken out, each time with nothing left to do', () => {
  const rows = SETTINGS.filter(({ name }) => name !== 'schedule');
  let stages: Map<string, Stage[]>;
  beforeAll(async () => {
    const service = await createLocalLambda({ functions: [] });
    stages = await staged(rows, service.url).finally(() => service.close());
  }, 60_000);
  holds(rows, () => stages);
});

describe.skipIf(!pythonClient('moto_server'))('a setting at moto, by the same stages', () => {
  const rows = SETTINGS.filter(({ moto }) => moto);
  let stages: Map<string, Stage[]>;
  beforeAll(async () => {
    const moto = await startMoto();
    const all = async () => {
      await prepareMoto(moto);
      return staged(rows, moto.url);
    };
    stages = await all().finally(() => moto.stop());
  }, 120_000);
  holds(rows, () => stages);
});
