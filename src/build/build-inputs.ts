import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import { cargoHome, cargoSettingsFiles, settingsFiles } from '../project/cargo-settings.js';
import type { Project } from '../project/project.js';
import { foldersOnPath } from './find-tools.js';
import { includedPaths } from './included-files.js';
import { parseBase } from './oci-reference.js';

/** Beyond this it would cost more to look at all of them than to let cargo do it. */
const MOST_INPUTS = 5_000;

/**
 * Every path that decides what a build makes: sources, manifests, configuration also where there is none yet, the
 * toolchain, and the folders in which a new file would be a new binary or package. Undefined when they cannot all be
 * named, because a build script looks at a whole folder, or is to run each time as it watches a file that is not there.
 * @param compiled what cargo's dep-info names
 */
export async function buildInputs(
  project: Project,
  compiled: { readonly inputs: readonly string[]; readonly inputFolders: readonly string[] },
  env: NodeJS.ProcessEnv,
): Promise<string[] | undefined> {
  if (compiled.inputs.length === 0 || compiled.inputFolders.length > 0) return undefined;
  if (compiled.inputs.length > MOST_INPUTS || !(await allFiles(compiled.inputs))) return undefined;
  const images = imageFiles(project);
  if (images === undefined) return undefined;
  const [packages, includes, settings, toolchain] = await Promise.all([
    Promise.all(project.packageRoots.map(discoverableIn)),
    Promise.all(project.functions.map(({ settings }) => includedPaths(settings))),
    settingsNamed(project, env),
    toolchainFiles(env),
  ]);
  const paths = [
    ...compiled.inputs,
    ...images,
    ...project.manifestPaths,
    project.lockfile,
    ...project.configurationFiles,
    ...settings,
    ...ancestors(project.cwd).flatMap(cargoConfiguration),
    ...project.packageRoots.flatMap((root) => between(root, project.workspaceRoot)),
    ...packages.flat(),
    ...includes.flat(),
    ...toolchain,
  ];
  return paths.length > MOST_INPUTS ? undefined : paths;
}

/** Files that images are built upon; undefined where a name at a registry may lead to another image by now. */
function imageFiles({ functions }: Project): string[] | undefined {
  const paths: string[] = [];
  for (const { settings } of functions) {
    const { output_format, base_image } = settings.build;
    const base = output_format === 'oci' && base_image !== undefined ? parseBase(base_image) : undefined;
    if (base?.kind === 'registry' && !base.reference.startsWith('sha256:')) return undefined;
    if (base?.kind === 'layout') paths.push(join(base.path, 'index.json'));
    if (base?.kind === 'archive') paths.push(base.path);
  }
  return paths;
}

async function allFiles(paths: readonly string[]): Promise<boolean> {
  const files = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (facts) => facts.isFile(),
        () => false,
      ),
    ),
  );
  return !files.includes(false);
}

/** Cargo's settings that are in files of any name: `--config FILE`, and what is included. */
async function settingsNamed({ cwd, functions }: Project, env: NodeJS.ProcessEnv): Promise<string[]> {
  const flags = new Set(functions.flatMap(({ settings }) => settings.build.config ?? []));
  const named = [...flags].map((flag) => resolve(cwd, flag));
  const files = await Promise.all([
    cargoSettingsFiles(cwd, env),
    ...named.map((path) => settingsFiles(path)),
  ]);
  return [...named, ...files.flat().map(({ path }) => path)];
}

/** The folders in which cargo discovers binaries and examples by itself (cargo reference, "target auto-discovery"). */
async function discoverableIn(root: string): Promise<string[]> {
  const several = [join(root, 'src', 'bin'), join(root, 'examples')];
  const nested = await Promise.all(several.map(foldersIn));
  return [root, join(root, 'src'), ...several, ...nested.flat()];
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((one) => one.isDirectory() || one.isSymbolicLink())
    .map(({ name }) => join(folder, name));
}

/** The folders from a package up to the workspace's root: a pattern among its members may find a new package in them. */
function between(root: string, workspaceRoot: string): string[] {
  if (relative(workspaceRoot, root).startsWith('..')) return [];
  return ancestors(root).filter((folder) => folder.length >= workspaceRoot.length);
}

function cargoConfiguration(folder: string): string[] {
  return ['.cargo/config', '.cargo/config.toml', 'rust-toolchain', 'rust-toolchain.toml'].map((name) =>
    join(folder, name),
  );
}

/** What an update of Rust, another default of rustup, or an installation of what may be used beside it would change. */
async function toolchainFiles(env: NodeJS.ProcessEnv): Promise<string[]> {
  const home = env['HOME'] ?? homedir();
  const rustup = env['RUSTUP_HOME'] ?? join(home, '.rustup');
  const toolchains = await foldersIn(join(rustup, 'toolchains'));
  const onPath = foldersOnPath(env).flatMap((folder) =>
    ['cargo', 'rustc', 'cargo-zigbuild', 'zig'].map((name) => join(folder, name)),
  );
  const named = ['CARGO', 'RUSTC', 'RUSTC_WRAPPER'].flatMap((name) => env[name] ?? []);
  return [
    join(rustup, 'settings.toml'),
    join(rustup, 'toolchains'),
    ...toolchains.flatMap((folder) => ['cargo', 'rustc'].map((name) => join(folder, 'bin', name))),
    join(cargoHome(env), 'config'),
    join(cargoHome(env), 'config.toml'),
    ...onPath,
    ...named.filter((path) => dirname(path) !== '.'),
  ];
}
