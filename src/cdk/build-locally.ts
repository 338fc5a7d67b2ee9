import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import type { BundleRequest } from './bundle-request.js';
import type { Complaint } from './construct-error.js';
import { hashOf } from './content-hash.js';
import { runHooks } from './hooks.js';
import { buildEnvironment, runCrablet } from './run-crablet.js';
import { storeIn } from './stored.js';

export type Built = Complaint | { readonly programs: ReadonlyMap<BundleRequest, string> };

interface BuildAnswer {
  readonly functions: readonly {
    readonly function: string;
    readonly package: string;
    readonly path: string;
  }[];
  readonly skipped: readonly string[];
}

/**
 * Requests that one run of cargo can build: of one workspace, for one architecture and runtime, with the same flags and
 * variables. As many as there are functions in it.
 */
export function groupsOf(requests: readonly BundleRequest[]): BundleRequest[][] {
  const groups = new Map<string, BundleRequest[]>();
  for (const one of requests) {
    const names = (key: string) => groups.get(key)?.map(({ binary }) => binary.name) ?? [];
    const base = groupKey(one);
    let key = base;
    // Two packages may each have a binary of one name, which one run could not tell apart.
    for (let turn = 1; isTwin(one, groups.get(key) ?? []) && names(key).includes(one.binary.name); turn += 1)
      key = `${base} ${turn}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function isTwin(one: BundleRequest, others: readonly BundleRequest[]): boolean {
  return others.some(
    ({ binary }) => binary.name === one.binary.name && binary.owner.root !== one.binary.owner.root,
  );
}

function groupKey({ workspaceRoot, flags, bundling, runtime, kind, manifest }: BundleRequest): string {
  return hashOf([
    workspaceRoot,
    folderOfRun(manifest, workspaceRoot),
    flags,
    Object.entries(bundling.environment ?? {}).sort(),
    runtime,
    kind === 'function',
  ]);
}

/** Where cargo is started: in the workspace's root, unless a folder nearer to the manifest has settings for cargo. */
function folderOfRun(manifest: string, workspaceRoot: string): string {
  const inner = ancestors(dirname(manifest)).filter((one) => one.startsWith(workspaceRoot));
  return (
    inner.find((one) => ['config.toml', 'config'].some((name) => existsSync(join(one, '.cargo', name)))) ??
    workspaceRoot
  );
}

/** Builds all requests of a group with one run; cargo's messages go to stderr as they come. */
export function buildLocally(group: readonly BundleRequest[], env: NodeJS.ProcessEnv): Built {
  const first = group[0]!;
  const { workspaceRoot, targetDirectory, manifest, bundling, flags, kind } = first;
  const environment = buildEnvironment(env, { ...bundling.environment, ...runtimeVariables(group) });
  for (const one of group.filter((one) => one.bundling.commandHooks !== undefined)) {
    const folder = folderOfHooks(one);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const failed = runHooks('beforeBundling', one, dirname(one.manifest), folder, environment);
    if (failed) return failed;
  }
  const argv = [
    ...['build', '--output', 'json', '--output-format', 'binary'],
    ...['--lambda-dir', join(storeIn(targetDirectory), groupKey(first).slice(0, 16))],
    ...['--manifest-path', join(workspaceRoot, 'Cargo.toml')],
    ...(kind === 'function' ? [] : ['--extension']),
    ...unique(group.map(({ binary }) => binary.owner.name)).flatMap((name) => ['--package', name]),
    ...unique(group.map(({ binary }) => binary.name)).flatMap((name) => ['--bin', name]),
    ...flags,
  ];
  const cwd = folderOfRun(manifest, workspaceRoot);
  const { status, stdout } = runCrablet(argv, { cwd, env: environment, show: true });
  if (status !== 0) return notBuilt(group);
  return programsOf(group, JSON.parse(stdout) as BuildAnswer);
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** The asset's own folder is made when there is a program; what a hook wrote before is taken over then. */
function folderOfHooks({ targetDirectory, hash }: BundleRequest): string {
  return join(storeIn(targetDirectory), 'before', hash);
}

export function takeFolderOfHooks(request: BundleRequest, folder: string): void {
  const before = folderOfHooks(request);
  if (!existsSync(before)) return;
  cpSync(before, folder, { recursive: true });
  rmSync(before, { recursive: true });
}

/** The check of the result knows the runtime from the settings, as any build does. */
function runtimeVariables(group: readonly BundleRequest[]): Record<string, string> {
  const { runtime } = group[0]!;
  const hasLayers = group.some((one) => one.hasLayers);
  return {
    CRABLET_DEPLOY_RUNTIME: runtime,
    // Which layers they are does not matter to it; each program is checked by itself afterwards.
    ...(hasLayers && { CRABLET_DEPLOY_LAYER: 'a-layer' }),
  };
}

function notBuilt(group: readonly BundleRequest[]): Complaint {
  const names = unique(group.map(({ binary }) => binary.name)).join(', ');
  return {
    what: `${names} could not be built; the reason is above.`,
    fix: `Mend it; to see it without the CDK: crablet build --manifest-path '${join(group[0]!.workspaceRoot, 'Cargo.toml')}'`,
  };
}

function programsOf(group: readonly BundleRequest[], { functions, skipped }: BuildAnswer): Built {
  const programs = new Map<BundleRequest, string>();
  for (const one of group) {
    const { name, owner, requiredFeatures } = one.binary!;
    const found = functions.find((made) => made.function === name && made.package === owner.name);
    if (found) programs.set(one, found.path);
    else if (skipped.includes(name)) {
      const features = requiredFeatures.join(',');
      return {
        what: `${name} was left out by cargo: it needs the features ${features}.`,
        fix: `Write cargoLambdaFlags: ['--features', '${features}']`,
      };
    } else
      throw new Error(`no program for ${name} among ${functions.map((made) => made.function).join(', ')}`);
  }
  return { programs };
}
