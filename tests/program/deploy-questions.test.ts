import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { KEYS, startCli } from '../support/cli.js';
import { FakeAws } from '../support/fake-aws.js';
import { movedPace } from '../support/moved-pace.js';

// What a deploy asks a person, and what becomes of each answer.

let aws: FakeAws;
let project: FakeProject;

beforeEach(async () => {
  [aws, project] = await Promise.all([new FakeAws().start(), fakeProject()]);
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  const bytes = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
  await project.write('hello.zip', makeZip([{ name: 'bootstrap', bytes, executable: true }]));
});

afterEach(async () => {
  await aws.stop();
  await project.remove();
});

async function deploy(typed: readonly (readonly [string, string])[], ...argv: string[]) {
  aws.calls.length = 0;
  const to = ['--endpoint-url', aws.url, '--region', 'eu-central-1'];
  const cli = startCli(['deploy', '--binary-path', `${project.folder}/hello.zip`, ...to, ...argv], {
    cwd: project.folder,
    env: project.env,
    pace: movedPace(),
    typed,
  });
  return { code: await cli.ended, ...cli.text };
}

it('does what was shown when the answer is yes', async () => {
  const { code, stderr } = await deploy([['Do this?', KEYS.enter]]);
  expect(code).toBe(0);
  expect(stderr.indexOf('1. create the role')).toBeLessThan(stderr.indexOf('Do this?'));
  expect(aws.writes).toContain('CreateAlias');
  // Nothing is asked when there is nothing to do.
  expect((await deploy([])).code).toBe(0);
});

it.each([
  ['no', KEYS.no, 1],
  ['Ctrl-C', KEYS.ctrlC, 130],
])('changes nothing when the answer is %s', async (_, key, exit) => {
  const { code, stderr, stdout } = await deploy([['Do this?', key]]);
  expect(code).toBe(exit);
  expect(stderr).toContain('Nothing was changed.');
  expect(stdout).toBe('');
  expect(aws.writes).toEqual([]);
});

it.each([
  ['no', KEYS.no, 1, 'declined'],
  ['Ctrl-C', KEYS.ctrlC, 130, 'interrupted'],
])(
  'shows the plan to whoever is asked, also for JSON, and tells that the answer was %s',
  async (_, key, exit, error) => {
    const { code, stderr, stdout } = await deploy([['Do this?', key]], '--output', 'json');
    expect(code).toBe(exit);
    expect(stderr).toContain('create the function hello');
    expect(JSON.parse(stdout)).toMatchObject({ functions: [], error: { code: error } });
    expect(aws.writes).toEqual([]);
  },
);

it('takes something away only when that is said, not by pressing Enter', async () => {
  await deploy([], '--yes');
  aws.functions.get('hello')!.tags['crablet:tags'] = '';
  const { code } = await deploy([['take away what it says?', KEYS.enter]]);
  expect(code).toBe(1);
  expect(aws.writes).toEqual([]);
});

it.each([
  ['yes', KEYS.yes, 0],
  ['no', KEYS.no, 2],
  ['Ctrl-C', KEYS.ctrlC, 130],
])('takes over what something else made when the answer is yes: %s', async (_, key, exit) => {
  await deploy([], '--yes');
  aws.functions.get('hello')!.tags = {};
  const { code } = await deploy([
    ["Take 'hello' over?", key],
    ['Do this?', KEYS.enter],
  ]);
  expect(code).toBe(exit);
  expect(aws.writes.includes('TagResource')).toBe(exit === 0);
});
