import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Description } from '../project/describe.js';
import { stateOf } from './app-state.js';
import { buildFlags } from './build-flags.js';
import type { BundleKind, BundleRequest } from './bundle-request.js';
import type { BundlingOptions } from './bundling-options.js';
import { wrongBundling } from './check-bundling.js';
import { chooseBinary } from './choose-binary.js';
import { type Complaint, ConstructError, isComplaint, pathOf } from './construct-error.js';
import { gitCheckout } from './git-source.js';
import { additionalPaths, InputReader, packagesOf } from './input-files.js';
import { inputHash } from './input-hash.js';
import { findManifest } from './manifest.js';
import type { SourceOptions } from './source-options.js';
import { describeWithoutCargo } from './without-cargo.js';
import { bringLockUpToDate, type Refused } from './workspace-facts.js';

export interface AssetWish extends SourceOptions {
  readonly kind: BundleKind;
  readonly architecture?: Architecture | undefined;
  readonly runtime: string;
  readonly hasLayers: boolean;
  readonly included?: readonly { readonly name: string; readonly path: string }[];
}

export interface Resolved {
  readonly request: BundleRequest;
  /** Of the binary: of the props, or of a `--target` among the flags. */
  readonly architecture: Architecture;
}

/** Finds out everything about an asset before anything is built; throws what a person has to mend. */
export function resolveRequest(scope: Construct, id: string, wish: AssetWish, above: unknown): Resolved {
  const path = pathOf(scope, id);
  const env = process.env;
  const state = stateOf(scope);
  const orThrow = <T>(found: T | Complaint): T => {
    if (isComplaint(found)) throw new ConstructError(path, found, above);
    return found as T;
  };
  const { bundling = {} } = wish;
  orThrow(wrongBundling(bundling));
  const from = wish.gitRemote === undefined ? process.cwd() : orThrow(gitCheckout(wish, wish.gitRemote, env));
  const manifest = orThrow(findManifest(wish.manifestPath, from));
  const willBundle = state.shouldBundle(scope, env);
  const told = state.describe(manifest, env);
  const inDocker =
    bundling.forcedDockerBundling === true || (isComplaint(told) && told.withoutRust && willBundle);
  const description = isComplaint(told)
    ? orThrow(withoutRust(told, manifest, wish.binaryName, !willBundle || hasDocker(env)))
    : told;
  const chosen = orThrow(chooseBinary(description, dirname(manifest), wish.binaryName));
  const wanted = orThrow(architectureOf(wish));
  const flags = orThrow(
    buildFlags(bundling.cargoLambdaFlags ?? [], bundling.profile ?? 'release', wanted.lambda),
  );
  const architecture = orThrow(ofTarget(flags.architecture, wanted));
  if (willBundle && !inDocker) bringLockUpToDate(description, env);
  const { owner } = chosen;
  const question = {
    kind: wish.kind,
    manifest,
    description,
    owner,
    binaryName: chosen.name,
    architecture: lambdaName(architecture),
    runtime: wish.runtime,
    flags: flags.argv,
    bundling,
    additional: [
      ...additionalPaths(manifest, bundling.additionalInputs ?? []),
      ...(wish.included ?? []).map((one) => one.path),
    ],
    env,
  };
  const ownHash = inputHash(question, state.reader);
  const request: BundleRequest = {
    path,
    kind: wish.kind,
    manifest,
    workspaceRoot: description.workspaceRoot,
    targetDirectory: description.targetDirectory,
    binary: chosen,
    architecture: lambdaName(architecture),
    runtime: wish.runtime,
    hasLayers: wish.hasLayers,
    flags: flags.argv,
    bundling,
    included: wish.included ?? [],
    packageRoots: packagesOf(owner, description).map(({ root }) => root),
    inDocker,
    hash: orThrow(assetHashOf(bundling, ownHash, [wish.kind, owner.name, chosen.name])),
    inputHash: ownHash,
    inputHashNow: () => inputHash(question, new InputReader()),
  };
  return { request, architecture };
}

export function lambdaName(architecture: Architecture): 'x86_64' | 'arm64' {
  return architecture.name === Architecture.ARM_64.name ? 'arm64' : 'x86_64';
}

interface Wanted {
  readonly architecture: Architecture;
  readonly lambda: 'x86_64' | 'arm64';
  readonly isSaid: boolean;
}

function architectureOf({ architecture, bundling }: AssetWish): Wanted | Complaint {
  const inner = bundling?.architecture;
  if (inner && architecture && inner.name !== architecture.name) {
    return {
      what: `Architecture mismatch: architecture is ${architecture.name}, but bundling.architecture is ${inner.name}.`,
      fix: 'Leave bundling.architecture out: the other one says it for both.',
    };
  }
  const said = inner ?? architecture;
  const wanted = said ?? Architecture.X86_64;
  return { architecture: wanted, lambda: lambdaName(wanted), isSaid: said !== undefined };
}

/** A target among the flags says it, unless the props say otherwise. */
function ofTarget(target: 'x86_64' | 'arm64' | undefined, wanted: Wanted): Architecture | Complaint {
  if (target === undefined || target === wanted.lambda) return wanted.architecture;
  if (!wanted.isSaid) return target === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
  return {
    what: `The --target of cargoLambdaFlags is for ${target}, but architecture is ${wanted.architecture.name}.`,
    fix: 'Leave one of them out.',
  };
}

/** Without cargo a template can be made, and a container can build; anything else needs what the complaint says. */
function withoutRust(
  told: Refused,
  manifest: string,
  binaryName: string | undefined,
  canDoWithout: boolean,
): Description | Complaint {
  if (told.withoutRust && canDoWithout) return describeWithoutCargo(manifest, binaryName);
  if (!told.withoutRust) return told;
  return { what: told.what, fix: `${told.fix}\n       or start Docker, in which it is built then.` };
}

function hasDocker(env: NodeJS.ProcessEnv): boolean {
  return spawnSync(env['CDK_DOCKER'] || 'docker', ['info'], { env, stdio: 'ignore' }).status === 0;
}

/**
 * A hash of the caller's own is hashed once more, as the CDK does it (aws-cdk-lib core/lib/asset-staging.ts), and with what it
 * is the hash of: two functions that are given the same one are two all the same.
 */
function assetHashOf(
  { assetHash, assetHashType }: BundlingOptions,
  ownHash: string,
  what: readonly string[],
): string | Complaint {
  const isCustom = assetHashType === undefined || assetHashType === AssetHashType.CUSTOM;
  if (assetHash === undefined) {
    if (assetHashType !== AssetHashType.CUSTOM) return ownHash;
    return {
      what: 'bundling.assetHashType is CUSTOM, and there is no bundling.assetHash.',
      fix: "Write one, such as assetHash: 'v1'; or leave assetHashType out.",
    };
  }
  if (!isCustom) {
    return {
      what: `bundling.assetHash is given, but bundling.assetHashType is ${assetHashType.toUpperCase()}.`,
      fix: 'Leave one of them out: a hash of your own is AssetHashType.CUSTOM.',
    };
  }
  return createHash('sha256')
    .update(JSON.stringify([assetHash, ...what]))
    .digest('hex');
}
