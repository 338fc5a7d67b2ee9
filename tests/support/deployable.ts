import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import type { Pace } from '../../src/deploy/wait.js';
import { type FakeProject, fakeProject, saysBuilt } from './build-fake-cargo.js';
import { type CliRun, LongLived, type RunningCli, startCli } from './cli.js';
import type { Moto } from './moto.js';
import { movedPace } from './moved-pace.js';

/** A project whose "cargo" makes an executable that passes every check; it is other bytes after each `change`. */
export interface Deployable extends FakeProject {
  /** By which the commands in this process wait. */
  pace: Pace;
  /** What a person answers at a terminal; undefined where there is none. */
  typed?: readonly (readonly [shown: string, keys: string])[] | undefined;
  /** The sources were edited. */
  change(to: string): Promise<void>;
  /** Settings of `[package.metadata.lambda]`. */
  settings(lambda: object): Promise<void>;
  /** Runs a command of crablet's in this process, to its end. */
  crablet(...argv: string[]): Promise<CliRun>;
  /** Starts it there. */
  start(...argv: string[]): RunningCli;
  /** In a process of its own, which can be killed. */
  spawn(...argv: string[]): LongLived;
}

const FUNCTION: ElfPlan = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libc.so.6'],
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['__libc_start_main'] }],
};

export async function deployable(moto: Moto, name = 'orders'): Promise<Deployable> {
  const project = await fakeProject();
  const env = { ...project.env, ...moto.env, HOME: project.folder, AWS_EC2_METADATA_DISABLED: 'true' };
  const change = async (to: string) => {
    const symbols = ['__libc_start_main', to];
    const versions = [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols }];
    const executable = makeElf({ ...FUNCTION, versions });
    await project.write(`.fake/built-${to}`, executable);
    await project.write(`src/${name}.rs`, `// ${to}\n`);
    const { folder } = project;
    const copy = `for kind in debug release; do mkdir -p '${folder}/target/'$kind; cp '${folder}/.fake/built-${to}' '${folder}/target/'$kind/${name}; done\n`;
    await project.onBuild(copy + saysBuilt(folder, name));
  };
  const settings = async (lambda: object) => {
    await project.metadata({ packages: [{ name: 'shop', bins: [name], lambda }] });
    await project.write('Cargo.toml', `# ${JSON.stringify(lambda)}\n`);
  };
  await settings({});
  await change('first');
  // The SDK reads the environment of the whole process, which tests share.
  const to = ['--endpoint-url', moto.url, '--region', 'us-east-1'];
  const result: Deployable = {
    ...project,
    pace: movedPace(),
    change,
    settings,
    start: (...argv) =>
      startCli([...argv, ...to], {
        cwd: project.folder,
        env: project.env,
        pace: result.pace,
        typed: result.typed,
      }),
    spawn: (...argv) => new LongLived(argv, { cwd: project.folder, env }),
    async crablet(...argv) {
      const running = result.start(...argv);
      return { code: await running.ended, ...running.text };
    },
  };
  return result;
}
