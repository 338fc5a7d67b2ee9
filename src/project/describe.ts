import { dirname, join } from 'node:path';
import { type CargoMetadata, type CargoPackage, readMetadata } from './cargo-metadata.js';
import type { DeploySettings } from './deploy-settings.js';
import { pathsNamedIn, readToml, replacedPaths } from './local-manifests.js';
import type { FunctionTarget, Route } from './project.js';

/** What cargo knows about a workspace, as plain data: which binaries there are, and which local code each is made of. */
export interface Description {
  readonly workspaceRoot: string;
  readonly targetDirectory: string;
  readonly lockfile: string;
  /** Every local package: members, and path dependencies outside the workspace. */
  readonly packages: readonly DescribedPackage[];
  /** Packages that `[patch]` and `[replace]` put in the place of others: any package may use them. */
  readonly replacements: readonly string[];
}

/** What the configuration says of the functions of a manifest. */
export interface DescribedSettings {
  readonly functions: readonly DescribedFunction[];
  readonly router: readonly Route[];
  /** Files that settings are read from, or would be if they existed. */
  readonly configurationFiles: readonly string[];
}

export interface DescribedFunction extends FunctionTarget {
  readonly deploy: DeploySettings;
}

export interface DescribedPackage {
  readonly name: string;
  /** Absolute, as all paths here. */
  readonly root: string;
  readonly isMember: boolean;
  readonly binaries: readonly DescribedBinary[];
  /** `default-run` of its manifest. */
  readonly defaultBinary?: string | undefined;
  /** Roots of the local packages that it is compiled with; those of tests are not. */
  readonly uses: readonly string[];
}

export interface DescribedBinary {
  readonly name: string;
  readonly source: string;
  readonly requiredFeatures: readonly string[];
}

/** Asks cargo about the workspace of a manifest. Nothing is resolved or compiled. */
export async function describeWorkspace(request: {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly manifestPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<Description> {
  const metadata = await readMetadata(request);
  const workspaceToml = (await readToml(join(metadata.workspace_root, 'Cargo.toml'))) ?? {};
  const members = metadata.packages.map((one) => memberOf(one, metadata));
  const replacements = replacedPaths(workspaceToml, metadata.workspace_root).map((path) => dirname(path));
  return {
    workspaceRoot: metadata.workspace_root,
    targetDirectory: metadata.target_directory,
    lockfile: join(metadata.workspace_root, 'Cargo.lock'),
    packages: await withOutsiders(members, replacements),
    replacements,
  };
}

function memberOf(one: CargoPackage, metadata: CargoMetadata): DescribedPackage {
  return {
    name: one.name,
    root: dirname(one.manifest_path),
    isMember: metadata.workspace_members.includes(one.id),
    binaries: one.targets
      .filter(({ kind }) => kind.includes('bin'))
      .map((target) => ({
        name: target.name,
        source: target.src_path,
        requiredFeatures: target['required-features'],
      })),
    defaultBinary: one.default_run ?? undefined,
    uses: one.dependencies.flatMap(({ path, kind }) => (path && kind !== 'dev' ? [path] : [])),
  };
}

/** Of packages outside the workspace cargo tells nothing but the path: they are read here, and what they use in turn. */
async function withOutsiders(
  members: readonly DescribedPackage[],
  replacements: readonly string[],
): Promise<DescribedPackage[]> {
  const known = new Map(members.map((one) => [one.root, one]));
  const waiting = [...members.flatMap(({ uses }) => uses), ...replacements];
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    if (known.has(root)) continue;
    const uses = (await pathsNamedIn(join(root, 'Cargo.toml'))).map((path) => dirname(path));
    known.set(root, { name: root, root, isMember: false, binaries: [], uses });
    waiting.push(...uses);
  }
  return [...known.values()];
}
