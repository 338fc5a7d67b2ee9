import { dirname, relative } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import type { BundleRequest } from './bundle-request.js';

export const INPUT = '/asset-input';
export const OUTPUT = '/asset-output';

/** The nearest folder that holds the workspace and every local crate outside it. */
export function mountRoot({ workspaceRoot, packageRoots }: BundleRequest): string {
  const holds = (folder: string) =>
    [workspaceRoot, ...packageRoots].every((one) => one === folder || one.startsWith(`${folder}/`));
  return ancestors(workspaceRoot).find(holds) ?? '/';
}

/** Where a folder of the mounted one lies in the container. */
export function inContainer(folder: string, root: string): string {
  const inside = relative(root, folder).replaceAll('\\', '/');
  return inside === '' ? INPUT : `${INPUT}/${inside}`;
}

/**
 * What is run in the container: Cargo Lambda, which its image has. Words, not a line for a shell; only hooks need one.
 * @param flatten whether the only program goes straight into the output folder
 */
export function dockerCommand(group: readonly BundleRequest[], flatten: boolean): string[] {
  const { kind, flags } = group[0]!;
  const names = [...new Set(group.map(({ binary }) => binary.name))].sort();
  const packages = [...new Set(group.map(({ binary }) => binary.owner.name))].sort();
  const build = [
    ...['cargo', 'lambda', 'build', '--lambda-dir', OUTPUT],
    ...(kind === 'function' ? [] : ['--extension']),
    ...(kind === 'internal-extension' ? ['--internal'] : []),
    ...packages.flatMap((name) => ['--package', name]),
    ...names.flatMap((name) => ['--bin', name]),
    ...(flatten && kind === 'function' ? ['--flatten', names[0]!] : []),
    ...flags,
  ];
  return withHooks(group[0]!, build);
}

function withHooks(one: BundleRequest, build: string[]): string[] {
  const { commandHooks } = one.bundling;
  const folder = inContainer(dirname(one.manifest), mountRoot(one));
  const before = commandHooks?.beforeBundling?.(folder, OUTPUT) ?? [];
  const after = commandHooks?.afterBundling?.(folder, OUTPUT) ?? [];
  if (before.length + after.length === 0) return build;
  // The shell gets the build's words as its arguments, so that they stay words.
  return ['bash', '-c', [...before, '"$0" "$@"', ...after].join(' && '), ...build];
}
