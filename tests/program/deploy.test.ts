import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { startCli } from '../support/cli.js';
import { FakeAws } from '../support/fake-aws.js';
import { movedPace } from '../support/moved-pace.js';

const X86: ElfPlan = { interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] };
const ARM: ElfPlan = { ...X86, machine: 183, interpreter: '/lib/ld-linux-aarch64.so.1' };

let aws: FakeAws;
let project: FakeProject;

beforeEach(async () => {
  [aws, project] = await Promise.all([new FakeAws().start(), fakeProject()]);
  await settings({});
  await code(X86);
});

afterEach(async () => {
  await aws.stop();
  await project.remove();
});

async function settings(deploy: Record<string, unknown>): Promise<void> {
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
}

/** What was built: `mark` makes it another one. */
async function code(plan: ElfPlan, mark = ''): Promise<void> {
  const entries = [{ name: 'bootstrap', bytes: makeElf(plan), executable: true }];
  const more = mark === '' ? [] : [{ name: mark, bytes: Buffer.from(mark), executable: false }];
  await project.write('hello.zip', makeZip([...entries, ...more]));
}

function start(...argv: string[]) {
  const to = ['--endpoint-url', aws.url, '--region', 'eu-central-1'];
  return startCli(['deploy', '--binary-path', `${project.folder}/hello.zip`, ...to, ...argv], {
    cwd: project.folder,
    env: project.env,
    pace: movedPace(),
  });
}

async function deploy(...argv: string[]) {
  aws.calls.length = 0;
  const cli = start(...argv);
  return { code: await cli.ended, ...cli.text };
}

const live = (): Record<string, unknown> => {
  const fn = aws.functions.get('hello')!;
  const version = fn.aliases.get('live')?.version;
  return { version, ...fn.versions[Number(version) - 1]?.configuration };
};

const PENDING = { State: 'Pending', StateReason: 'The function is being created.' };
const UPDATING = { LastUpdateStatus: 'InProgress', LastUpdateStatusReason: 'The function is being created.' };

describe('crablet deploy', () => {
  it('creates a function with a role of its own, a version and an alias, and then has nothing to do', async () => {
    const first = await deploy();
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toBe('arn:aws:lambda:eu-central-1:123456789012:function:hello:live\n');
    expect(aws.writes).toEqual([
      'CreateRole',
      'PutRolePolicy',
      'CreateFunction',
      'PublishVersion',
      'CreateAlias',
    ]);
    expect(aws.functions.get('hello')?.tags['crablet:function']).toBe('app/hello');
    const again = await deploy();
    expect(again.stderr).toContain('nothing to do');
    expect(aws.writes).toEqual([]);
  });

  it('shows what it would do, after it has looked, and does nothing', async () => {
    const { code: exit, stderr } = await deploy('--dry-run');
    expect(exit).toBe(0);
    expect(stderr).toContain('create the function hello');
    expect(aws.calls.map(({ operation }) => operation)).toContain('GetFunction');
    expect(aws.writes).toEqual([]);
  });

  it('gives one JSON object, in which secrets are masked', async () => {
    await settings({ env: { API_TOKEN: 'hunter2', COLOR: 'red' } });
    const { stdout } = await deploy('--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'crablet.deploy/1',
      functions: [
        { function: 'hello', status: 'done', changed: true, version: '1', alias: 'live', left: [] },
      ],
    });
    expect(stdout).toContain('red');
    expect(stdout).not.toContain('hunter2');
    expect(aws.bodyOf('CreateFunction')).toMatchObject({
      Environment: { Variables: { API_TOKEN: 'hunter2', COLOR: 'red' } },
    });
  });

  it('answers the scripts of Cargo Lambda in its own words', async () => {
    const { stdout } = await deploy('--output-format', 'json');
    expect(JSON.parse(stdout)).toEqual({
      function_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:hello',
      function_url: null,
      binary_modified_at: expect.stringMatching(/^\d{4}-/),
      version: '1',
      alias: 'live',
    });
  });

  it('sets, changes and takes away the code signing, each before the code', async () => {
    const config = (digit: string) =>
      `arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-${digit.repeat(17)}`;
    await settings({ code_signing_config: config('1') });
    await deploy();
    expect(aws.bodyOf('CreateFunction')).toMatchObject({ CodeSigningConfigArn: config('1') });
    await settings({ code_signing_config: config('2') });
    await code(X86, 'two');
    await deploy();
    expect(aws.writes.slice(0, 2)).toEqual(['PutFunctionCodeSigningConfig', 'UpdateFunctionCode']);
    expect(aws.functions.get('hello')?.signing).toBe(config('2'));
    await settings({});
    await deploy();
    expect(aws.writes).toEqual(['DeleteFunctionCodeSigningConfig']);
    await deploy();
    expect(aws.writes).toEqual([]);
  });

  it('takes over what something else made only when that is said', async () => {
    await deploy();
    aws.functions.get('hello')!.tags = {};
    const refused = await deploy('--memory', '256');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('--adopt');
    expect(aws.writes).toEqual([]);
    expect((await deploy('--memory', '256', '--adopt')).code).toBe(0);
    expect(aws.writes).toContain('TagResource');
  });
});

describe('what Cargo Lambda 1.9.2 gets wrong', () => {
  it('changes the architecture of a function with its code', async () => {
    await deploy();
    await code(ARM);
    expect((await deploy()).code).toBe(0);
    expect(aws.bodyOf('UpdateFunctionCode')).toMatchObject({ Architectures: ['arm64'] });
    expect(live()).toMatchObject({ Architectures: ['arm64'], version: '2' });
  });

  it.each([
    [
      'the role',
      ['--role', 'arn:aws:iam::123456789012:role/other'],
      { Role: 'arn:aws:iam::123456789012:role/other' },
    ],
    ['the runtime', ['--runtime', 'provided.al2'], { Runtime: 'provided.al2' }],
  ])('sends %s, also when nothing else changes', async (_, argv, sent) => {
    aws.roles.set('other', { trust: '{}', policy: undefined, tags: '' });
    await deploy();
    expect((await deploy(...argv)).code).toBe(0);
    expect(aws.writes).toEqual(['UpdateFunctionConfiguration', 'PublishVersion', 'UpdateAlias']);
    expect(aws.bodyOf('UpdateFunctionConfiguration')).toMatchObject(sent);
  });

  it.each([
    ['creating', { State: 'Failed', StateReason: 'The subnet is gone.' }],
    ['updating', { LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'The layer is gone.' }],
  ] as const)('takes a failure of %s for what it is, and tells the reason', async (when, state) => {
    if (when === 'updating') await deploy();
    aws[when] = [when === 'creating' ? PENDING : UPDATING, state];
    const { code: exit, stderr } = await deploy('--memory', '256');
    expect(exit).toBe(6);
    expect(stderr).toContain(Object.values(state)[1]);
    expect(stderr).toContain('not done');
    expect(aws.writes).not.toContain('UpdateAlias');
    aws[when] = [];
    aws.functions.get('hello')!.states = [];
    expect((await deploy('--memory', '256')).code).toBe(0);
    expect(live()).toMatchObject({ MemorySize: 256 });
  });

  it('waits for $LATEST, and asks for no alias before there is one', async () => {
    aws.creating = [PENDING, PENDING];
    expect((await deploy('--alias', 'prod', '--description', 'First')).code).toBe(0);
    expect(aws.functions.get('hello')?.aliases.get('prod')?.version).toBe('1');
    expect(aws.bodyOf('PublishVersion')?.['Description']).toMatch(/^First \[inputs [0-9a-f]{12}\]$/);
  });

  it('takes layers away, and keeps to their order', async () => {
    await deploy();
    await settings({ layer: ['arn:b:1', 'arn:a:1'] });
    await deploy();
    expect(aws.bodyOf('UpdateFunctionConfiguration')).toMatchObject({ Layers: ['arn:b:1', 'arn:a:1'] });
    await settings({ layer: ['arn:a:1', 'arn:b:1'] });
    await deploy();
    expect(aws.bodyOf('UpdateFunctionConfiguration')).toMatchObject({ Layers: ['arn:a:1', 'arn:b:1'] });
    await settings({});
    await deploy();
    expect(aws.bodyOf('UpdateFunctionConfiguration')).toMatchObject({ Layers: [] });
    await deploy();
    expect(aws.writes).toEqual([]);
    await deploy('--layer-arn', 'arn:c:1,arn:a:1', '--layer', 'arn:b:1');
    expect(aws.bodyOf('UpdateFunctionConfiguration')).toMatchObject({
      Layers: ['arn:c:1', 'arn:a:1', 'arn:b:1'],
    });
  });

  it('changes nothing at all when the code cannot be sent, and does not overwrite a second deployer', async () => {
    await deploy();
    await code(X86, 'two');
    aws.meets('UpdateFunctionCode', { status: 403, type: 'AccessDeniedException', message: 'No.' });
    expect((await deploy('--memory', '256')).code).toBe(6);
    expect(aws.writes).toEqual(['UpdateFunctionCode']);
    expect(live()).toMatchObject({ version: '1', MemorySize: 128 });
    aws.onCall = ({ operation }) => {
      if (operation === 'UpdateFunctionConfiguration') {
        aws.functions.get('hello')!.configuration['RevisionId'] = 'theirs';
      }
    };
    const { code: exit, stderr } = await deploy('--memory', '256');
    expect(exit).toBe(6);
    expect(stderr).toContain('someone else has changed it');
    expect(live()).toMatchObject({ version: '1', MemorySize: 128 });
  });

  it('clears variables, and merges them when asked', async () => {
    await deploy('--env-var', 'A=1');
    await deploy('--env-var', 'B=2', '--merge-env');
    expect(live()['Environment']).toEqual({ Variables: { A: '1', B: '2' } });
    await deploy('--env-var', 'B=2');
    expect(live()['Environment']).toEqual({ Variables: { B: '2' } });
    await deploy();
    expect(live()['Environment']).toEqual({ Variables: {} });
  });

  it('never lets whoever deploys assume the role, and finds it again after an interruption', async () => {
    aws.meets('CreateFunction', { status: 403, type: 'AccessDeniedException', message: 'No.' });
    await deploy();
    expect([...aws.roles.values()].map(({ trust }) => JSON.parse(trust).Statement[0].Principal)).toEqual([
      { Service: 'lambda.amazonaws.com' },
    ]);
    expect((await deploy()).code).toBe(0);
    expect(aws.writes).not.toContain('CreateRole');
    expect(aws.roles.size).toBe(1);
  });
});

describe('trouble', () => {
  it('waits until Lambda knows the new role, and says so', async () => {
    const message = 'The role defined for the function cannot be assumed by Lambda.';
    const unknown = { status: 400, type: 'InvalidParameterValueException', message };
    aws.meets('CreateFunction', unknown, unknown);
    const { code: exit, stderr } = await deploy();
    expect(exit).toBe(0);
    expect(stderr).toContain('Lambda does not know the role yet');
  });

  it('tries again when it is throttled, or the network dies in the middle', async () => {
    aws.meets('CreateFunction', { status: 429, type: 'TooManyRequestsException', message: 'Rate exceeded' });
    aws.meets('CreateRole', { lost: 'answer' });
    aws.meets('PublishVersion', { lost: 'request' });
    expect((await deploy()).code).toBe(0);
    expect((await deploy()).stderr).toContain('nothing to do');
  });

  it('tells that AWS cannot be reached', async () => {
    const url = aws.url;
    await aws.stop();
    const { code: exit, stderr } = await deploy('--retry-attempts', '0');
    expect(exit).toBe(6);
    expect(stderr).toContain('AWS could not be reached');
    expect(stderr).toContain(url.replace('http://', ''));
    await aws.start();
  });

  it.each([
    ['--role', 'nobody', 6, /There is no role arn:aws:iam::123456789012:role\/nobody/],
    ['--memory', '1', 2, /--memory/],
    ['--alias', '12', 2, /the alias '12' is a name that AWS refuses/],
    ['--s3-key', 'a', 2, /s3_bucket/],
  ])('refuses %s %s', async (flag, value, exit, message) => {
    const { code: got, stderr } = await deploy(flag, value);
    expect(got).toBe(exit);
    expect(stderr).toMatch(message);
    expect(aws.writes).toEqual([]);
  });

  it('refuses a name that AWS takes for no function', async () => {
    const { code: exit, stderr } = await deploy('no such name');
    expect(exit).toBe(2);
    expect(stderr).toContain("AWS takes no function named 'no such name'");
  });

  it('ends with the call that is under way, tells what is done, and goes on the next time', async () => {
    let interrupted: Promise<number> | undefined;
    const cli = start();
    aws.onCall = ({ operation }) => {
      if (operation === 'CreateFunction') interrupted ??= cli.interrupt();
    };
    expect(await cli.ended).toBe(130);
    expect(await interrupted).toBe(130);
    expect(cli.text.stderr).toContain('not done  publish a version of hello');
    aws.onCall = () => {};
    expect((await deploy()).code).toBe(0);
    expect(aws.writes).toEqual(['PublishVersion', 'CreateAlias']);
  });

  it('is completed by the next deploy after each call that broke off', async () => {
    for (const operation of [
      'CreateRole',
      'PutRolePolicy',
      'CreateFunction',
      'PublishVersion',
      'CreateAlias',
    ]) {
      aws.functions.clear();
      aws.roles.clear();
      aws.meets(operation, { status: 403, type: 'AccessDeniedException', message: 'No.' });
      expect((await deploy()).code, operation).toBe(6);
      expect((await deploy()).code, operation).toBe(0);
      expect((await deploy()).stderr, operation).toContain('nothing to do');
    }
  });
});
