import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { likelyTargetFolders } from '../build/recorded-build.js';
import { EXIT } from '../errors.js';
import { ancestors } from '../project/ancestors.js';
import { cargoProgram } from '../project/cargo.js';
import type { DescribedSettings, Description } from '../project/describe.js';
import { VERSION } from '../version.js';
import { type Complaint, complaintFrom } from './construct-error.js';
import { fileHash, hashOf, isFile, namesIn } from './content-hash.js';
import { buildEnvironment, runCrablet } from './run-crablet.js';
import { readStored, storeIn, writeStored } from './stored.js';

/** A workspace, with the settings of its functions. */
export type DescribedWorkspace = Description & DescribedSettings;

export interface Refused extends Complaint {
  /** Cargo could not be asked at all. */
  readonly withoutRust: boolean;
}

/**
 * What cargo knows about the workspace of a manifest. It is asked once, and again only when something changes that its
 * answer depends on: a manifest, a new binary, a new member.
 */
export function describeManifest(manifest: string, env: NodeJS.ProcessEnv): Description | Refused {
  return described<Description>(manifest, env, []);
}

/** The same, with settings: asked again also when a configuration file or variable changes. */
export function describeSettings(manifest: string, env: NodeJS.ProcessEnv): DescribedWorkspace | Refused {
  return described<DescribedWorkspace>(manifest, env, ['--settings']);
}

function described<T extends Description & { readonly configurationFiles?: readonly string[] }>(
  manifest: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[],
): T | Refused {
  const folder = dirname(manifest);
  const name = `describe-${hashOf([manifest, flags]).slice(0, 16)}.json`;
  const keyOf = (value: T) => keyFor(value, folder, env, flags.length > 0);
  for (const target of likelyTargetFolders(folder, env)) {
    const known = readStored<T>(join(storeIn(target), name), keyOf);
    if (known) return known;
  }
  const argv = ['describe', '--output', 'json', '--manifest-path', manifest, ...flags];
  const { status, stdout, stderr } = runCrablet(argv, {
    cwd: folder,
    env: buildEnvironment(env),
    show: false,
  });
  if (status !== 0) return { ...complaintFrom(stderr), withoutRust: status === EXIT.environment };
  const value = JSON.parse(stdout) as T;
  writeStored(join(storeIn(value.targetDirectory), name), keyOf(value), value);
  return value;
}

/** Everything that cargo's answer depends on, by content: what a checkout elsewhere has as well. */
function keyFor(
  {
    packages,
    workspaceRoot,
    configurationFiles = [],
  }: Description & { readonly configurationFiles?: readonly string[] },
  folder: string,
  env: NodeJS.ProcessEnv,
  withSettings: boolean,
): string {
  const roots = packages.map(({ root }) => root);
  const holders = [...new Set(roots.flatMap((root) => ancestors(dirname(root))))].filter(
    (one) => one === workspaceRoot || one.startsWith(`${workspaceRoot}/`),
  );
  return hashOf([
    VERSION,
    [...new Set([workspaceRoot, ...roots])].map((root) => [
      root,
      fileHash(join(root, 'Cargo.toml')),
      targetsIn(root),
    ]),
    holders.map((holder) => [holder, packagesIn(holder)]),
    ancestors(folder).map((one) =>
      ['config', 'config.toml'].map((name) => fileHash(join(one, '.cargo', name))),
    ),
    configurationFiles.map((file) => fileHash(file)),
    Object.entries(env)
      .filter(([name]) => /^CARGO_(BUILD_)?TARGET_DIR$/.test(name) || (withSettings && isSetting(name)))
      .sort(),
  ]);
}

const isSetting = (name: string) => /^(CRABLET_|CARGO_LAMBDA_)/.test(name) && name !== 'CRABLET_BUNDLE';

/** What cargo discovers by itself (cargo reference, "target auto-discovery"). */
function targetsIn(root: string): string[] {
  const fixed = ['src/main.rs', 'src/lib.rs', 'build.rs'].filter((name) => isFile(join(root, name)));
  const inBin = namesIn(join(root, 'src', 'bin')).filter(({ name, isFolder }) =>
    isFolder ? isFile(join(root, 'src', 'bin', name, 'main.rs')) : name.endsWith('.rs'),
  );
  return [...fixed, ...inBin.map(({ name }) => name)];
}

/** A pattern among the members of a workspace may find a new one. */
function packagesIn(folder: string): string[] {
  return namesIn(folder)
    .filter(({ name, isFolder }) => isFolder && isFile(join(folder, name, 'Cargo.toml')))
    .map(({ name }) => name);
}

/**
 * Brings a lock file up to date that is missing, or that manifests are newer than: a build would change it in the middle,
 * and with it the hash of what is built. What cargo has to say about it, it says again when it builds.
 */
export function bringLockUpToDate(
  { lockfile, targetDirectory, packages, workspaceRoot }: Description,
  env: NodeJS.ProcessEnv,
): void {
  const file = join(storeIn(targetDirectory), 'lock.json');
  const keyNow = () =>
    hashOf([lockfile, fileHash(lockfile), packages.map(({ root }) => fileHash(join(root, 'Cargo.toml')))]);
  if (readStored(file, keyNow) !== undefined) return;
  const { status } = spawnSync(cargoProgram(env), ['metadata', '--format-version', '1', '--quiet'], {
    cwd: workspaceRoot,
    env: buildEnvironment(env),
    stdio: 'ignore',
  });
  if (status === 0) writeStored(file, keyNow(), true);
}
