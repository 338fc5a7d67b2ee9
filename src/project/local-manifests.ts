import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import type { CargoPackage } from './cargo-metadata.js';

type Table = Readonly<Record<string, unknown>>;

/**
 * Every manifest on this machine that a build of the packages depends on: their own, and those of path
 * dependencies, also outside the workspace and also of each other. Cargo names only the first step
 * (`--no-deps`), so manifests outside the workspace are read here; one that cannot be read is cargo's to report.
 */
export async function localManifests(
  packages: readonly CargoPackage[],
  workspaceManifest: string,
  workspaceToml: Table,
): Promise<string[]> {
  const known = new Set([workspaceManifest, ...packages.map((one) => one.manifest_path)]);
  const waiting = [
    ...packages.flatMap((one) =>
      one.dependencies.flatMap(({ path }) => (path ? [join(path, 'Cargo.toml')] : [])),
    ),
    ...replacedPaths(workspaceToml, dirname(workspaceManifest)),
  ];
  for (let manifest = waiting.pop(); manifest !== undefined; manifest = waiting.pop()) {
    if (known.has(manifest)) continue;
    known.add(manifest);
    waiting.push(...(await pathsNamedIn(manifest)));
  }
  return [...known].sort();
}

/** The manifests of the crates that one names with a path. */
export async function pathsNamedIn(manifest: string): Promise<string[]> {
  const toml = await readToml(manifest);
  if (!toml) return [];
  const folder = dirname(manifest);
  const targets = Object.values(table(toml['target']));
  const tables = [toml, ...targets.map(table)].flatMap((holder) =>
    ['dependencies', 'dev-dependencies', 'build-dependencies'].map((key) => table(holder[key])),
  );
  const entries = tables.flatMap((dependencies) => Object.entries(dependencies));
  const inherits = entries.some(([, entry]) => table(entry)['workspace'] === true);
  const inherited = inherits ? await workspaceDependencies(folder) : new Map<string, string>();
  return entries.flatMap(([name, entry]) => {
    const { path, workspace } = table(entry);
    if (typeof path === 'string') return [join(resolve(folder, path), 'Cargo.toml')];
    const manifestOfWorkspace = workspace === true ? inherited.get(name) : undefined;
    return manifestOfWorkspace ? [manifestOfWorkspace] : [];
  });
}

/** `[workspace.dependencies]` with a path, of the nearest workspace at or above the folder. */
async function workspaceDependencies(folder: string): Promise<Map<string, string>> {
  const toml = await readToml(join(folder, 'Cargo.toml'));
  const workspace = toml?.['workspace'];
  if (workspace !== undefined) {
    const paths = Object.entries(table(table(workspace)['dependencies'])).flatMap(([name, entry]) => {
      const { path } = table(entry);
      return typeof path === 'string' ? [[name, join(resolve(folder, path), 'Cargo.toml')] as const] : [];
    });
    return new Map(paths);
  }
  const above = dirname(folder);
  return above === folder ? new Map() : workspaceDependencies(above);
}

/** `[patch.*]` and `[replace]` put a path in the place of a crate from elsewhere. */
export function replacedPaths(workspaceToml: Table, root: string): string[] {
  const patches = Object.values(table(workspaceToml['patch'])).map(table);
  return [...patches, table(workspaceToml['replace'])].flatMap((entries) =>
    Object.values(entries).flatMap((entry) => {
      const { path } = table(entry);
      return typeof path === 'string' ? [join(resolve(root, path), 'Cargo.toml')] : [];
    }),
  );
}

/** A manifest that cargo has read already; unreadable or broken ones count as empty here. */
export async function readToml(file: string): Promise<Table | undefined> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function table(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {};
}
