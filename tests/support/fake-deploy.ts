import { makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from './build-fake-cargo.js';
import { type RunningCli, startCli } from './cli.js';
import { FakeAws } from './fake-aws.js';

/** A project of several functions that "cargo" has built, and an AWS in this process that they are deployed to. */
export interface FakeDeploy {
  readonly aws: FakeAws;
  readonly project: FakeProject;
  /** Starts `deploy`. */
  start(...argv: string[]): RunningCli;
  remove(): Promise<void>;
}

export async function fakeDeploy(names: readonly string[]): Promise<FakeDeploy> {
  const [aws, project] = await Promise.all([new FakeAws().start(), fakeProject()]);
  await project.metadata({ packages: [{ name: 'app', bins: [...names] }] });
  const program = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });
  for (const name of names) await project.write(`target/debug/${name}`, program);
  await project.onBuild(names.map((name) => saysBuilt(project.folder, name)).join(''));
  const to = ['--endpoint-url', aws.url, '--region', 'eu-central-1'];
  return {
    aws,
    project,
    start: (...argv) => startCli(['deploy', ...to, ...argv], { cwd: project.folder, env: project.env }),
    async remove() {
      await aws.stop();
      await project.remove();
    },
  };
}
