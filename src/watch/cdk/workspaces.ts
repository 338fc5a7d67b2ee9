import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import { loadProject } from '../../project/load.js';
import type { LoadOptions, Project } from '../../project/project.js';
import type { LocalApp, SourceCode } from '../../template/app.js';

/** A workspace of Rust, and which of its binaries the app has. */
export interface Workspace {
  readonly project: Project;
  readonly load: LoadOptions;
  readonly sources: readonly SourceCode[];
  /** Folders of the manifests that the app names; absolute. */
  readonly folders: ReadonlySet<string>;
}

/**
 * The workspaces that the app's functions and extensions come from, each read once.
 * @throws UserError naming the function whose source cannot be had
 */
export async function workspacesOf(
  app: LocalApp,
  appFolder: string,
  load: LoadOptions,
): Promise<Workspace[]> {
  const wanted = sourcesByFolder(app, appFolder);
  const found: Group[] = [];
  for (const [folder, { sources, owner }] of wanted) {
    const known = found.find(
      ({ project }) => project.workspaceRoot === folder || project.packageRoots.includes(folder),
    );
    if (known) {
      known.sources.push(...sources);
      known.folders.add(folder);
      known.grown = true;
      continue;
    }
    const own = loadOptions(load, folder, sources);
    const project = await loadFor(owner, own);
    found.push({ project, load: own, sources: [...sources], folders: new Set([folder]), grown: false });
  }
  return Promise.all(
    found.map(async (one) => {
      if (!one.grown) return one;
      const whole = loadOptions(load, one.project.workspaceRoot, one.sources);
      return { ...one, project: await loadProject(whole), load: whole };
    }),
  );
}

interface Group {
  readonly project: Project;
  readonly load: LoadOptions;
  readonly sources: SourceCode[];
  readonly folders: Set<string>;
  /** Another package of the workspace was asked for after it had been read. */
  grown: boolean;
}

function loadOptions(load: LoadOptions, cwd: string, sources: readonly SourceCode[]): LoadOptions {
  const packages = sources.flatMap(({ packageName }) => packageName ?? []);
  const features = sources.flatMap((one) => one.features ?? []);
  const { watch } = load.flags ?? {};
  return {
    ...load,
    cwd,
    ...(packages.length === sources.length ? { packages: [...new Set(packages)] } : { workspace: true }),
    bins: [...new Set(sources.map(({ binaryName }) => binaryName))],
    flags: {
      ...load.flags,
      watch: {
        ...watch,
        ...(features.length > 0 && { features: [...new Set([...(watch?.features ?? []), ...features])] }),
      },
    },
  };
}

async function loadFor(owner: string, load: LoadOptions): Promise<Project> {
  try {
    return await loadProject(load);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, {
      what: `The source of ${owner} (${load.cwd}): ${error.message}`,
      fix: error.fix,
      cause: error,
    });
  }
}

/** By the folder of the manifest; absolute. */
function sourcesByFolder(
  { functions }: LocalApp,
  appFolder: string,
): Map<string, { readonly sources: SourceCode[]; readonly owner: string }> {
  const wanted = new Map<string, { sources: SourceCode[]; owner: string }>();
  for (const { name, code, extensions } of functions) {
    for (const source of [...(code.kind === 'source' ? [code] : []), ...extensions]) {
      const folder = manifestFolder(appFolder, source);
      const there = wanted.get(folder);
      if (!there) wanted.set(folder, { sources: [source], owner: `the function '${name}'` });
      else if (!there.sources.some((one) => one.binaryName === source.binaryName)) there.sources.push(source);
    }
  }
  return wanted;
}

/** The folder of a manifest, which may be named itself. */
export function manifestFolder(appFolder: string, { manifestPath }: SourceCode): string {
  const path = resolve(appFolder, manifestPath);
  return basename(path) === 'Cargo.toml' ? dirname(path) : path;
}
