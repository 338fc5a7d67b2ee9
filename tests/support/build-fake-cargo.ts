import { chmod, mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with a project that a scripted cargo tells of: no Rust is needed. */
export interface FakeProject {
  readonly folder: string;
  /** The environment with `CARGO` leading to the script. */
  readonly env: NodeJS.ProcessEnv;
  write(path: string, content: string | Uint8Array): Promise<string>;
  /** What `cargo metadata` will answer. */
  metadata(answer: FakeMetadata): Promise<void>;
  /** The sh lines that `cargo metadata` will run instead. */
  onMetadata(script: string): Promise<void>;
  /** The sh lines that `cargo build` will run. */
  onBuild(script: string): Promise<void>;
  remove(): Promise<void>;
}

export interface FakePackage {
  readonly name: string;
  /** Inside the project's folder; the folder itself when empty. */
  readonly folder?: string;
  readonly bins?: readonly string[];
  readonly examples?: readonly string[];
  readonly requiredFeatures?: Readonly<Record<string, readonly string[]>>;
  readonly lambda?: unknown;
  readonly dependencies?: readonly { readonly name: string; readonly path?: string }[];
}

export interface FakeMetadata {
  readonly packages: readonly FakePackage[];
  readonly lambda?: unknown;
  readonly defaultMembers?: readonly string[];
}

export async function fakeProject(): Promise<FakeProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-fake-')));
  const write = async (path: string, content: string | Uint8Array) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  // In one step: a cargo that runs just now must not read half of it.
  const script = async (name: string, content: string) => {
    const written = await write(`.fake/next-${name}`, content);
    await rename(written, join(folder, '.fake', name));
  };
  const cargo = await write('.fake/cargo', `#!/bin/sh\nexec sh '${folder}'/.fake/"$1".sh "$@"\n`);
  await chmod(cargo, 0o755);
  return {
    folder,
    env: { PATH: process.env['PATH'], CARGO: cargo },
    write,
    metadata: async (answer) => {
      await script('metadata.json', JSON.stringify(metadataOf(folder, answer)));
      await script('metadata.sh', `cat '${folder}'/.fake/metadata.json\n`);
    },
    onMetadata: (lines) => script('metadata.sh', lines),
    onBuild: (lines) => script('build.sh', lines),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function metadataOf(root: string, { packages, lambda, defaultMembers }: FakeMetadata): unknown {
  const id = (name: string) => `path+file://${root}#${name}@0.1.0`;
  return {
    packages: packages.map((one) => packageOf(root, one, id(one.name))),
    workspace_members: packages.map(({ name }) => id(name)),
    workspace_default_members: (defaultMembers ?? packages.map(({ name }) => name)).map(id),
    workspace_root: root,
    target_directory: join(root, 'target'),
    metadata: lambda === undefined ? null : { lambda },
  };
}

function packageOf(root: string, one: FakePackage, id: string): unknown {
  const target = (kind: string) => (name: string) => ({
    name,
    kind: [kind],
    src_path: join(root, one.folder ?? '', `src/${name}.rs`),
    'required-features': one.requiredFeatures?.[name] ?? [],
  });
  return {
    id,
    name: one.name,
    manifest_path: join(root, one.folder ?? '', 'Cargo.toml'),
    dependencies: one.dependencies ?? [],
    targets: [...(one.bins ?? []).map(target('bin')), ...(one.examples ?? []).map(target('example'))],
    features: {},
    metadata: one.lambda === undefined ? null : { lambda: one.lambda },
  };
}

/** The sh lines with which cargo says that it has built an executable. */
export function saysBuilt(
  folder: string,
  name: string,
  { fresh = false, manifest = 'Cargo.toml' } = {},
): string {
  const message = {
    reason: 'compiler-artifact',
    manifest_path: join(folder, manifest),
    target: { kind: ['bin'], name },
    profile: { test: false },
    executable: join(folder, 'target/debug', name),
    fresh,
  };
  return `printf '%s\\n' '${JSON.stringify(message)}'\n`;
}
