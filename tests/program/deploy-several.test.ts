import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';
import { FakeAws } from '../support/fake-aws.js';

const PROGRAM: ElfPlan = { interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] };
const NAMES = ['one', 'three', 'two'];

let aws: FakeAws;
let project: FakeProject;

beforeEach(async () => {
  [aws, project] = await Promise.all([new FakeAws().start(), fakeProject()]);
  await project.metadata({ packages: [{ name: 'app', bins: NAMES }] });
  for (const name of NAMES) await project.write(`target/debug/${name}`, makeElf(PROGRAM));
  await project.onBuild(NAMES.map((name) => saysBuilt(project.folder, name)).join(''));
});

afterEach(async () => {
  await aws.stop();
  await project.remove();
});

function deploy(...argv: string[]) {
  aws.calls.length = 0;
  const to = ['--endpoint-url', aws.url, '--region', 'eu-central-1'];
  return runCli(['deploy', ...to, ...argv], { cwd: project.folder, env: project.env });
}

it('builds and deploys all functions of the project, and then none', async () => {
  const first = await deploy();
  expect(first.code, first.stderr).toBe(0);
  expect([...aws.functions.keys()].sort()).toEqual(NAMES);
  expect(first.stdout.trim().split('\n')).toHaveLength(3);
  const again = await deploy();
  expect(again.code).toBe(0);
  expect(aws.writes).toEqual([]);
});

it('goes on with the others when one fails, tells what is not done, and does just that the next time', async () => {
  aws.meets('PublishVersion', { status: 403, type: 'AccessDeniedException', message: 'No.' });
  const { code, stderr, stdout } = await deploy();
  expect(code).toBe(6);
  expect(stderr).toContain('2 of 3 functions deployed. Deploying again is safe');
  expect(stderr.match(/not done {2}publish a version of/g)).toHaveLength(1);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect((await deploy()).code).toBe(0);
  expect(aws.writes).toEqual(['PublishVersion', 'CreateAlias']);
});

it('deploys those that are named, and tells only of those that have changed', async () => {
  expect((await deploy('--bin', 'one')).code).toBe(0);
  expect([...aws.functions.keys()]).toEqual(['one']);
  const { stdout } = await deploy('--changed', '--output', 'json');
  const { functions } = JSON.parse(stdout) as { functions: { function: string }[] };
  expect(functions.map((one) => one.function).sort()).toEqual(['three', 'two']);
});

it('deploys the one whose name is given', async () => {
  const { code, stderr } = await deploy('two');
  expect(code, stderr).toBe(0);
  expect([...aws.functions.keys()]).toEqual(['two']);
});

it('refuses one name for several functions', async () => {
  const { code, stderr } = await deploy('shop');
  expect(code).toBe(2);
  expect(stderr).toContain("would both be deployed as 'shop'");
  expect(aws.calls).toEqual([]);
});
