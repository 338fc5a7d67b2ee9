import { dirname, join } from 'node:path';
import type { DescribedPackage, Description } from '../project/describe.js';
import { VERSION } from '../version.js';
import { anywhere, buildVariables } from './build-variables.js';
import type { BundlingOptions } from './bundling-options.js';
import { cargoConfiguration } from './cargo-configuration.js';
import { fileHash, hashOf } from './content-hash.js';
import { type InputReader, packagesOf, placeOf } from './input-files.js';
import { toolchainOf } from './toolchain.js';

export interface HashQuestion {
  readonly kind: string;
  readonly manifest: string;
  readonly description: Description;
  readonly owner: DescribedPackage;
  readonly binaryName: string;
  readonly architecture: string;
  readonly runtime: string;
  readonly flags: readonly string[];
  readonly bundling: BundlingOptions;
  readonly additional: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The hash of everything that an asset is made of: sources, local crates, lock file, flags, toolchain, environment. Nothing in
 * it is a path of this machine, so that every checkout has the same.
 */
export function inputHash(question: HashQuestion, reader: InputReader): string {
  const { description, owner, manifest, bundling, env } = question;
  const { workspaceRoot, targetDirectory } = description;
  const packages = packagesOf(owner, description);
  const { files, variables } = reader.filesOf(packages, description, question.additional);
  const folder = dirname(manifest);
  return hashOf([
    VERSION,
    question.kind,
    owner.name,
    question.binaryName,
    question.architecture,
    question.runtime,
    question.flags.map((flag) => anywhere(flag, workspaceRoot)),
    sorted(bundling.environment),
    dockerPart(bundling),
    hooksPart(bundling),
    files.map(({ path, hash }) => [placeOf(path, workspaceRoot), hash]),
    reader.lockedFor(
      description.lockfile,
      packages.map(({ name }) => name),
    ) ?? null,
    fileHash(join(workspaceRoot, 'CargoLambda.toml')) ?? null,
    cargoConfiguration(folder, env),
    // Inside a container there is another toolchain, which its image decides.
    bundling.forcedDockerBundling ? null : (toolchainOf(folder, targetDirectory, env) ?? null),
    buildVariables(env, variables, workspaceRoot),
  ]);
}

function sorted(variables: Readonly<Record<string, string>> = {}): [string, string][] {
  return Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
}

function dockerPart({ forcedDockerBundling, dockerImage, dockerOptions }: BundlingOptions): unknown {
  if (!forcedDockerBundling) return null;
  const { command, entrypoint, user, workingDirectory } = dockerOptions ?? {};
  return [
    dockerImage?.toJSON() ?? null,
    command ?? null,
    entrypoint ?? null,
    user ?? null,
    workingDirectory ?? null,
  ];
}

/** What hooks would run, for folders that are called the same everywhere. */
function hooksPart({ commandHooks }: BundlingOptions): unknown {
  const folders = ['/asset-input', '/asset-output'] as const;
  return [commandHooks?.beforeBundling?.(...folders) ?? [], commandHooks?.afterBundling?.(...folders) ?? []];
}
