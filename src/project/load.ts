import { dirname, join } from 'node:path';
import { cargoFiles } from './cargo-files.js';
import type { CargoMetadata, CargoPackage } from './cargo-metadata.js';
import { readMetadata } from './cargo-metadata.js';
import { type Chosen, choosePackages, chooseTargets } from './choose.js';
import { readConfigurationFile } from './configuration-file.js';
import { readEnvironment } from './environment-layer.js';
import { excludesOf, includesOf } from './include.js';
import type { Section } from './keys.js';
import type { Layer } from './layer.js';
import { checkBinNames, flagLayer, packageLayers, workspaceLayers } from './layers.js';
import { localManifests, readToml, table } from './local-manifests.js';
import { loggingOf } from './logging.js';
import type { FunctionTarget, LoadOptions, Project, Selection } from './project.js';
import { resolveLayers } from './resolve.js';
import { resolveRun } from './run-settings.js';
import { collectVariables } from './variables.js';

/** AWS's own default is 3 s; 30 s is what `crablet deploy` and Cargo Lambda set. */
const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MEMORY_MB = 128;

/** Everything that layers are made of, read once for all functions. */
interface Sources {
  readonly metadata: CargoMetadata;
  readonly section: Section;
  readonly admerge: boolean;
  readonly file: readonly Layer[];
  readonly environment: Layer;
  readonly flags: Layer;
  readonly cwd: string;
}

/** Reads the project of a folder: what cargo knows about it, and its configuration. Only cargo is run, once. */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const { cwd, env, section = 'watch' } = options;
  const metadata = await readMetadata({
    cwd,
    env,
    manifestPath: options.manifestPath,
    // A setting such as build.target-dir changes what cargo answers.
    cargoFlags: (options.flags?.[section === 'watch' ? 'watch' : 'build']?.config ?? []).flatMap((one) => [
      '--config',
      one,
    ]),
    signal: options.signal,
  });
  const workspaceManifest = join(metadata.workspace_root, 'Cargo.toml');
  const [workspaceToml, configuration] = await Promise.all([
    readToml(workspaceManifest).then((toml) => toml ?? {}),
    readConfigurationFile({
      cwd,
      workspaceRoot: metadata.workspace_root,
      file: options.globalConfig ?? env['CARGO_LAMBDA_GLOBAL'],
      context: options.context ?? env['CARGO_LAMBDA_CONTEXT'],
    }),
  ]);
  const sources: Sources = {
    metadata,
    section,
    admerge: options.admerge ?? env['CARGO_LAMBDA_ADMERGE'] === 'true',
    file: configuration.layers,
    environment: readEnvironment(env, cwd),
    flags: flagLayer(options.flags ?? {}, cwd),
    cwd,
  };
  const manifestPath = options.manifestPath ?? manifestNamed(sources);
  if (manifestPath !== options.manifestPath) return loadProject({ ...options, manifestPath });
  const selection = selectionOf(options, sources);
  checkBinNames(metadata, cwd);
  const packages = choosePackages(metadata, selection, cwd);
  const chosen = chooseTargets(packages, selection, metadata.packages);
  const manifests = await localManifests(metadata.packages, workspaceManifest, workspaceToml);
  const functions = await Promise.all(chosen.map((one) => functionOf(one, sources)));
  const owners = [...new Set(chosen.map(({ owner }) => owner))];
  const { settings, router } = resolveRun(
    below(sources),
    owners.map((owner) => packageLayers(owner, cwd)),
    above(sources),
    sources.admerge,
  );
  const envFiles = functions.flatMap(({ envFile }) => envFile ?? []);
  return {
    cwd,
    workspaceRoot: metadata.workspace_root,
    targetDirectory: metadata.target_directory,
    lockfile: join(metadata.workspace_root, 'Cargo.lock'),
    manifestPaths: manifests,
    packageRoots: [
      ...new Set([...metadata.packages.map((one) => one.manifest_path), ...manifests].map(dirname)),
    ],
    configurationFiles: [
      ...new Set([...configuration.candidates, ...envFiles, ...cargoFiles(cwd, metadata.workspace_root)]),
    ],
    functions: functions.map(({ target }) => target),
    router,
    selection,
    releaseProfile: table(table(workspaceToml['profile'])['release']),
    settings,
  };
}

const below = ({ file, metadata, cwd }: Sources): Layer[] => [...file, ...workspaceLayers(metadata, cwd)];
const above = ({ environment, flags }: Sources): Layer[] => [environment, flags];

/** The key `manifest_path`, which leads to another project than the one that is here. */
function manifestNamed(sources: Sources): string | undefined {
  const resolved = resolveLayers([...below(sources), ...above(sources)], sources.admerge);
  return resolved[sources.section].manifest_path ?? resolved.build.manifest_path;
}

/** What was named on the command line, or else under the section's keys outside any package. */
function selectionOf(options: LoadOptions, sources: Sources): Selection {
  const resolved = resolveLayers([...below(sources), ...above(sources)], sources.admerge);
  const values = sources.section === 'watch' ? resolved.watch : resolved.build;
  const { build } = resolved;
  // A test that is compiled along is served by nobody.
  const others: Partial<typeof build> = sources.section === 'watch' ? {} : build;
  return {
    manifestPath: options.manifestPath,
    packages: options.packages ?? values.packages ?? [],
    workspace: options.workspace ?? build.workspace ?? build.all ?? false,
    exclude: options.exclude ?? build.exclude ?? [],
    bins: options.bins ?? values.bin ?? [],
    examples: options.examples ?? values.example ?? [],
    tests: others.test ?? [],
    benches: others.bench ?? [],
    allBins: options.allBins ?? build.bins ?? false,
    allExamples: options.allExamples ?? build.examples ?? false,
    allTests: others.tests ?? false,
    allBenches: others.benches ?? false,
  };
}

async function functionOf(
  { owner, target, kind }: Chosen,
  sources: Sources,
): Promise<{ target: FunctionTarget; envFile: string | undefined }> {
  const own = [
    ...sources.file,
    ...workspaceLayers(sources.metadata, sources.cwd, target.name),
    ...packageLayers(owner, sources.cwd, target.name),
    ...above(sources),
  ];
  const { build, watch, deploy, origins } = resolveLayers(own, sources.admerge);
  const { section, metadata } = sources;
  const variables = await collectVariables({ layers: own, section, workspaceRoot: metadata.workspace_root });
  return {
    envFile: variables.file,
    target: {
      name: target.name,
      packageName: owner.name,
      packageRoot: dirname(owner.manifest_path),
      manifestPath: owner.manifest_path,
      kind,
      requiredFeatures: target['required-features'],
      features: Object.keys(owner.features).filter((name) => name !== 'default'),
      isHttp: dependsOnHttp(owner),
      settings: {
        memoryMb: deploy.memory ?? DEFAULT_MEMORY_MB,
        timeoutSeconds: deploy.timeout ?? DEFAULT_TIMEOUT_SECONDS,
        environment: variables.variables,
        logging: loggingOf(deploy, variables.variables, origins),
        include: includesOf(own, sources.admerge, metadata.workspace_root),
        exclude: excludesOf(own, sources.admerge),
        build,
        watch,
        deploy,
        origins,
      },
    },
  };
}

function dependsOnHttp(owner: CargoPackage): boolean {
  return owner.dependencies.some(({ name }) => name === 'lambda_http');
}
