import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeDeploy, fakeDeploy } from '../support/fake-deploy.js';

const NAMES = ['one', 'three', 'two'];

let fake: FakeDeploy;

beforeEach(async () => {
  fake = await fakeDeploy(NAMES);
});

afterEach(() => fake.remove());

async function deploy(...argv: string[]) {
  fake.aws.calls.length = 0;
  const cli = fake.start(...argv);
  return { code: await cli.ended, ...cli.text };
}

it('builds and deploys all functions of the project, and then none', async () => {
  const first = await deploy();
  expect(first.code, first.stderr).toBe(0);
  expect([...fake.aws.functions.keys()].sort()).toEqual(NAMES);
  expect(first.stdout.trim().split('\n')).toHaveLength(3);
  const again = await deploy();
  expect(again.code).toBe(0);
  expect(fake.aws.writes).toEqual([]);
});

it('goes on with the others when one fails, tells what is not done, and does just that the next time', async () => {
  fake.aws.meets('PublishVersion', { status: 403, type: 'AccessDeniedException', message: 'No.' });
  const { code, stderr, stdout } = await deploy();
  expect(code).toBe(6);
  expect(stderr).toContain('2 of 3 functions deployed. Deploying again is safe');
  expect(stderr.match(/not done {2}publish a version of/g)).toHaveLength(1);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect((await deploy()).code).toBe(0);
  expect(fake.aws.writes).toEqual(['PublishVersion', 'CreateAlias']);
});

it('deploys those that are named, and tells only of those that have changed', async () => {
  expect((await deploy('--bin', 'one')).code).toBe(0);
  expect([...fake.aws.functions.keys()]).toEqual(['one']);
  const { stdout } = await deploy('--changed', '--output', 'json');
  const { functions } = JSON.parse(stdout) as { functions: { function: string }[] };
  expect(functions.map((one) => one.function).sort()).toEqual(['three', 'two']);
});

it('deploys the one whose name is given', async () => {
  const { code, stderr } = await deploy('two');
  expect(code, stderr).toBe(0);
  expect([...fake.aws.functions.keys()]).toEqual(['two']);
});

it('refuses one name for several functions', async () => {
  const { code, stderr } = await deploy('shop');
  expect(code).toBe(2);
  expect(stderr).toContain("would both be deployed as 'shop'");
  expect(fake.aws.calls).toEqual([]);
});
