import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import { type FakeProject, fakeProject, saysBuilt } from '../service/build-fake-cargo.js';
import { type CliRun, LongLived } from './cli.js';
import type { Moto } from './moto.js';

/** A project whose "cargo" makes an executable that passes every check; it is other bytes after each `change`. */
export interface Deployable extends FakeProject {
  /** The sources were edited. */
  change(to: string): Promise<void>;
  /** Settings of `[package.metadata.lambda]`. */
  settings(lambda: object): Promise<void>;
  /** Runs a true process of crablet in the project, to its end. */
  crablet(...argv: string[]): Promise<CliRun>;
  start(...argv: string[]): LongLived;
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
  const start = (...argv: string[]) => new LongLived(argv, { cwd: project.folder, env });
  return {
    ...project,
    change,
    settings,
    start,
    async crablet(...argv) {
      const running = start(...argv);
      const { code } = await running.end();
      return { code: code ?? -1, ...running.text };
    },
  };
}
