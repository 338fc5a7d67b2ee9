import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningCli } from '../support/cli.js';
import { type FakeDeploy, fakeDeploy } from '../support/fake-deploy.js';

// Whoever reads stdout finds one JSON object there, however the deploy has ended.

const NO = { status: 403, type: 'AccessDeniedException', message: 'No.' };

let fake: FakeDeploy;

beforeEach(async () => {
  fake = await fakeDeploy(['one', 'two']);
});

afterEach(() => fake.remove());

const start = (...argv: string[]) => fake.start('--output', 'json', ...argv);

/** Its exit code, and what it says on stdout. */
async function told(cli: RunningCli) {
  const code = await cli.ended;
  const lines = cli.text.stdout.split('\n');
  expect(lines, cli.text.stderr).toEqual([expect.any(String), '']);
  return { code, ...JSON.parse(lines[0] ?? '') };
}

const deploy = (...argv: string[]) => told(start(...argv));
const status = { function: expect.any(String), left: [], alias: 'live', version: '1' };

it('tells what was done, that nothing was to do, and what would be done', async () => {
  const plan = await deploy('--dry-run');
  expect(plan).toMatchObject({ code: 0, schema: 'crablet.plan/1', functions: [{ function: 'one' }, {}] });
  const done = { ...status, status: 'done', changed: true, steps: expect.any(Array) };
  expect(await deploy()).toMatchObject({ code: 0, schema: 'crablet.deploy/1', functions: [done, done] });
  const same = { ...status, status: 'done', changed: false, steps: [] };
  expect(await deploy()).toMatchObject({ code: 0, functions: [same, same] });
  expect(await deploy('--changed')).toMatchObject({ code: 0, functions: [] });
});

it('tells of each function what is done and what is not, when one of them fails', async () => {
  fake.aws.meets('PublishVersion', NO);
  const { code, functions } = await deploy();
  expect(code).toBe(6);
  const failed = functions.find((one: { status: string }) => one.status === 'failed');
  expect(failed).toMatchObject({
    error: { code: 'aws.refused', message: expect.stringContaining('No.'), fix: expect.any(String) },
    steps: [{ id: 'role' }, { id: 'create' }],
    left: [{ id: 'version' }, { id: 'alias' }],
  });
  expect(functions.filter((one: { status: string }) => one.status === 'done')).toHaveLength(1);
});

it('tells what is done and what is not after Ctrl-C', async () => {
  const cli = start('--bin', 'one');
  fake.aws.onCall = ({ operation }) => {
    if (operation === 'CreateFunction') void cli.interrupt();
  };
  expect(await told(cli)).toMatchObject({
    code: 130,
    functions: [{ status: 'interrupted', left: [{ id: 'version' }, { id: 'alias' }] }],
  });
});

it.each<[string, () => Promise<unknown>, string[], number, string]>([
  ['AWS lets nobody in', async () => fake.aws.meets('GetCallerIdentity', NO), [], 6, 'aws.refused'],
  ['AWS refuses to tell', async () => fake.aws.meets('GetFunction', NO), [], 6, 'aws.refused'],
  ['there is no such role', async () => {}, ['--role', 'nobody'], 6, 'aws.refused'],
  ['two would have one name', async () => {}, ['shop'], 2, 'usage.arguments'],
  ['there is no such function', async () => {}, ['--bin', 'three'], 2, 'project.unknown-function'],
  ['there is no such event', async () => {}, ['--smoke-test', 'no.json'], 2, 'invoke.payload'],
  ['the build fails', () => fake.project.onBuild('exit 101'), [], 4, 'build.failed'],
  [
    'cargo cannot read the project',
    () => fake.project.onMetadata('exit 101'),
    [],
    2,
    'project.broken-manifest',
  ],
])('tells why nothing was done when %s', async (_, trouble, argv, code, error) => {
  await trouble();
  expect(await deploy(...argv)).toEqual({
    code,
    schema: 'crablet.deploy/1',
    account: null,
    functions: [],
    error: { code: error, message: expect.any(String), fix: expect.any(String) },
  });
  expect(fake.aws.writes).toEqual([]);
});

it('tells whose a function is that something else made', async () => {
  await deploy('--bin', 'one');
  fake.aws.functions.get('one')!.tags = {};
  const refused = await deploy('--bin', 'one');
  expect(refused).toMatchObject({ code: 2, functions: [], error: { code: 'deploy.not-ours' } });
});

it('tells that it was interrupted while it built', async () => {
  await fake.project.onBuild('echo building >&2; exec sleep 60');
  const cli = start();
  await cli.until(/building/);
  void cli.interrupt();
  expect(await told(cli)).toMatchObject({
    code: 130,
    functions: [],
    error: { code: 'interrupted', message: 'Nothing was changed.', fix: null },
  });
});
