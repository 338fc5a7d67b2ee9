import { join } from 'node:path';
import type { Project } from '../project/project.js';
import { variableOf } from './target.js';
import type { Way } from './way.js';

/** What a way to build adds around cargo's arguments. */
export interface WayRun {
  /** What is started, with these arguments first; cargo itself without it. */
  readonly program: string | undefined;
  readonly before: readonly string[];
  /** In the place of `build`. */
  readonly subcommand: readonly string[];
  readonly after: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A folder that PATH has to have for cargo to find its subcommand. */
  readonly programFolder: string | undefined;
}

/**
 * @param subcommand what plain cargo is asked for
 * @param env what cargo gets beside the user's own variables; a container gets only what it is given
 */
export function runOf(
  way: Way,
  project: Project,
  {
    subcommand,
    env,
  }: { readonly subcommand: readonly string[]; readonly env: Readonly<Record<string, string>> },
): WayRun {
  const plain: WayRun = {
    program: undefined,
    before: [],
    subcommand,
    after: [],
    env,
    programFolder: undefined,
  };
  switch (way.kind) {
    case 'cargo':
      return way.linker && way.target
        ? { ...plain, env: { ...env, [variableOf(way.target, 'LINKER')]: way.linker } }
        : plain;
    case 'zigbuild':
      return {
        ...plain,
        subcommand: ['zigbuild'],
        env: { ...env, CARGO_ZIGBUILD_ZIG_PATH: way.zig.path },
        programFolder: join(way.zigbuild.path, '..'),
      };
    case 'cross':
      return { ...plain, program: 'cross', subcommand: ['build'] };
    case 'docker':
      return { ...plain, ...inDocker(way, project, env) };
    case 'command': {
      const [program, ...before] = way.command;
      return { ...plain, program, before, subcommand: ['build'] };
    }
    default:
      return way satisfies never;
  }
}

/**
 * Everything keeps its path, so that cargo's messages hold outside too; what is made there has a target folder of its
 * own, as another toolchain made it.
 */
function inDocker(
  { program, image, target, user }: Extract<Way, { kind: 'docker' }>,
  { workspaceRoot, packageRoots, targetDirectory, cwd }: Project,
  env: Readonly<Record<string, string>>,
): Partial<WayRun> {
  const made = join(targetDirectory, 'docker');
  const outside = packageRoots.filter((root) => !`${root}/`.startsWith(`${workspaceRoot}/`));
  const platform = target.startsWith('aarch64') ? 'linux/arm64' : 'linux/amd64';
  const variables = { ...env, CARGO_HOME: join(made, 'cargo-home') };
  return {
    program,
    before: [
      ...['run', '--rm', '--init', '--platform', platform, '--workdir', cwd],
      ...(user ? ['--user', user] : []),
      ...[workspaceRoot, ...outside, targetDirectory].flatMap((path) => ['--volume', `${path}:${path}`]),
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      image,
      'cargo',
    ],
    subcommand: ['build'],
    after: ['--target-dir', made],
  };
}
