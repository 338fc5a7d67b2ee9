import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Clients } from '../../src/aws/deploy/clients.js';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { bounded } from '../../src/deploy/bounded.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { LongLived, runCli } from '../support/cli.js';
import { countingProxy } from '../support/counting-proxy.js';
import { deployedState } from '../support/deployed-state.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** Deploys that are killed, as no model of AWS kills them: a true process, SIGKILL, over HTTP. No Rust, but slow. */
const isThere = pythonClient('moto_server') !== undefined;
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';
const POLICY = 'arn:aws:iam::123456789012:policy/more';
const AT_ONCE = 2;

let moto: Moto;
let outside: Clients;

beforeAll(async () => {
  if (!isThere) return;
  moto = await startMoto();
  outside = new Clients({ env: {}, endpointUrl: moto.url, region: 'eu-central-1' });
  const sqs = new SQSClient({ ...moto.client, region: 'eu-central-1' });
  await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  sqs.destroy();
  const iam = await outside.iam();
  const { CreatePolicyCommand } = await import('@aws-sdk/client-iam');
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}';
  await iam.send(new CreatePolicyCommand({ PolicyName: 'more', PolicyDocument }));
});

afterAll(async () => {
  outside?.close();
  await moto?.stop();
});

type Deploy = Record<string, unknown>;

/** Most of what a deploy can write. */
const full = (name: string): Deploy => ({
  name,
  memory: 256,
  env: { COLOR: 'red' },
  tag: { team: 'a' },
  log_retention: 7,
  enable_function_url: true,
  reserved_concurrency: 5,
  maximum_retry_attempts: 1,
  event_sources: [{ arn: QUEUE, batch_size: 5 }],
  schedules: [{ name: 'nightly', expression: 'cron(0 3 * * ? *)', input: '{"a":1}' }],
  policies: [POLICY],
  s3_bucket: `bucket-${name}`,
  s3_create: true,
});

/** And of what it can take away. */
const bare = (name: string): Deploy => ({ name, disable_function_url: true, s3_bucket: `bucket-${name}` });

/** A function of its own name, so that all can be in one account. */
class Subject {
  constructor(
    readonly name: string,
    private readonly project: FakeProject,
  ) {}

  static async create(name: string): Promise<Subject> {
    const project = await fakeProject();
    onTestFinished(() => project.remove());
    return new Subject(name, project);
  }

  async is(deploy: Deploy, mark: string): Promise<void> {
    const elf = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
    const zip = makeZip([
      { name: 'bootstrap', bytes: elf, executable: true },
      { name: 'mark', bytes: Buffer.from(mark), executable: false },
    ]);
    await this.project.write('hello.zip', zip);
    await this.project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
  }

  private argv(url: string): string[] {
    const zip = `${this.project.folder}/hello.zip`;
    return ['deploy', '--yes', '--binary-path', zip, '--endpoint-url', url, '--region', 'eu-central-1'];
  }

  async deploy(): Promise<string> {
    const { folder: cwd, env } = this.project;
    const run = await runCli(this.argv(moto.url), { cwd, env });
    expect(run.code, `${this.name}: ${run.stderr}`).toBe(0);
    return run.stderr;
  }

  /** @returns the writes; the process is killed when so many of them have been carried out */
  async killed(after: number): Promise<readonly string[]> {
    let running: LongLived | undefined;
    const proxy = await countingProxy(moto.url, (count) => {
      if (count === after && running) process.kill(running.pid, 'SIGKILL');
    });
    const { folder: cwd, env } = this.project;
    running = new LongLived(this.argv(proxy.url), { cwd, env: { ...env, ...moto.env, HOME: cwd } });
    const how = await running.end();
    await proxy.stop();
    expect(how.signal ?? how.code, running.text.stderr).toBe(Number.isFinite(after) ? 'SIGKILL' : 0);
    return proxy.writes;
  }

  state(): Promise<unknown> {
    return deployedState(outside, this.name, `bucket-${this.name}`);
  }
}

type Act = (subject: Subject) => Promise<void>;

const CASES: [what: string, prefix: string, before: Act, now: Act, made: object][] = [
  [
    'makes everything',
    'new',
    async () => {},
    (subject) => subject.is(full(subject.name), 'one'),
    {
      function: { Configuration: { MemorySize: 256 }, Concurrency: { ReservedConcurrentExecutions: 5 } },
      aliases: [{ Name: 'live', leadsTo: { MemorySize: 256 } }],
      url: { AuthType: 'NONE' },
      sources: [{ BatchSize: 5 }],
      group: { logGroups: [{ retentionInDays: 7 }] },
      rules: [[{ Name: 'FUNCTION.nightly' }, { Targets: [{ Input: '{"a":1}' }] }]],
      attached: { AttachedPolicies: [{ PolicyArn: POLICY }] },
    },
  ],
  [
    'changes and takes away',
    'old',
    async (subject) => {
      await subject.is(full(subject.name), 'one');
      await subject.deploy();
    },
    (subject) => subject.is(bare(subject.name), 'two'),
    {
      function: { Configuration: { MemorySize: 128 } },
      aliases: [{ Name: 'live', leadsTo: { MemorySize: 128 } }],
      url: null,
      sources: [],
      rules: [],
      attached: { AttachedPolicies: [] },
    },
  ],
];

describe.skipIf(!isThere)(`a deploy that is killed (${isThere ? 'moto' : WITHOUT_PYTHON_CLIENTS})`, () => {
  it.each(CASES)(
    'while it %s is completed by the next one, after whichever write',
    async (_, prefix, before, now, made) => {
      const undisturbed = await Subject.create(`${prefix}-all`);
      await before(undisturbed);
      await now(undisturbed);
      const writes = await undisturbed.killed(Number.POSITIVE_INFINITY);
      expect(await undisturbed.deploy()).toContain('nothing to do');
      const wanted = await undisturbed.state();
      expect(wanted).toMatchObject(made);
      expect(writes.length).toBeGreaterThan(10);
      const each = Array.from({ length: writes.length }, (_, index) => index + 1);
      await bounded(each, AT_ONCE, async (after) => {
        const subject = await Subject.create(`${prefix}-${after}`);
        await before(subject);
        await now(subject);
        expect(await subject.killed(after)).toHaveLength(after);
        await subject.deploy();
        expect(await subject.state(), `killed after ${writes[after - 1]}`).toEqual(wanted);
        expect(await subject.deploy()).toContain('nothing to do');
      });
    },
  );
});
