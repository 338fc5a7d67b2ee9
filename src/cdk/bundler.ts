import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import { buildInDocker, needsOwnContainer } from './build-in-docker.js';
import { buildLocally, groupsOf, takeFolderOfHooks } from './build-locally.js';
import { type BundleRequest, placeInAsset } from './bundle-request.js';
import type { Complaint } from './construct-error.js';
import { checkFolder } from './gate.js';
import { runHooks } from './hooks.js';
import { buildEnvironment } from './run-crablet.js';
import { assetFolder, putIncluded, putProgram, stageAsset } from './stage-asset.js';
import { builtLine, sizeOf, tell } from './tell.js';

export interface PendingAsset {
  readonly request: BundleRequest;
  /** Where the asset's folder goes: `cdk.out`. */
  readonly assetOutdir: string;
}

/**
 * Builds what an app needs, all at once and as late as possible: each construct says what it is made of when it is made, and
 * the first one that is synthesized has everything built that is missing. So a workspace is one run of cargo, whatever the
 * number of its functions, and only for functions that the app has.
 */
export class Bundler {
  private readonly waiting = new Map<string, PendingAsset>();
  private readonly failures = new Map<string, Complaint>();

  add(asset: PendingAsset): void {
    this.waiting.set(asset.request.hash, asset);
  }

  /** Builds everything that waits and is not there; returns what is wrong with one asset, told for the first of its run only. */
  build(hash: string): Complaint | undefined {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    const missing = all.filter(
      ({ request, assetOutdir }) => !existsSync(assetFolder(assetOutdir, request.hash)),
    );
    if (missing.length > 0) this.make(all, missing);
    return this.failures.get(hash);
  }

  /**
   * @param all also what is there already: with all of them in a run, cargo chooses the same features for the crates that
   * they share as it did before, and compiles none of those again
   */
  private make(all: readonly PendingAsset[], missing: readonly PendingAsset[]): void {
    const isMissing = (request: BundleRequest) => missing.some((one) => one.request === request);
    for (const way of WAYS) {
      const requests = all.map(({ request }) => request).filter((one) => wayOf(one) === way);
      for (const group of groupsOf(requests).filter((one) => one.some(isMissing))) {
        const wanted = missing.filter(({ request }) => group.includes(request));
        const failed = this.run(way, group, wanted);
        if (failed) this.failures.set(wanted[0]!.request.hash, failed);
      }
    }
  }

  /** Of what cannot be shared only what is missing is made. */
  private run(
    way: Way,
    group: readonly BundleRequest[],
    wanted: readonly PendingAsset[],
  ): Complaint | undefined {
    const startedAt = performance.now();
    switch (way) {
      case 'local': {
        const built = buildLocally(group, process.env);
        if ('what' in built) return built;
        for (const asset of wanted) {
          const complaint = stageProgram(asset, built.programs.get(asset.request)!);
          this.note(asset, complaint, { startedAt, together: wanted.length });
        }
        return undefined;
      }
      case 'docker': {
        const requests = wanted.map(({ request }) => request);
        const parts = requests.some(needsOwnContainer) ? requests.map((one) => [one]) : [requests];
        for (const part of parts) {
          const built = buildInDocker(part, process.env);
          if ('what' in built) return built;
          for (const asset of wanted.filter(({ request }) => part.includes(request))) {
            const complaint = stageFolder(asset, built.folders.get(asset.request)!);
            this.note(asset, complaint, { startedAt, together: part.length });
          }
        }
        return undefined;
      }
      case 'other':
        for (const asset of wanted) {
          const ownStart = performance.now();
          this.note(asset, stageOther(asset), { startedAt: ownStart, together: 1 });
        }
        return undefined;
      default:
        return way satisfies never;
    }
  }

  private note(
    { request, assetOutdir }: PendingAsset,
    complaint: Complaint | undefined,
    { startedAt, together }: { readonly startedAt: number; readonly together: number },
  ): void {
    if (complaint) {
      this.failures.set(request.hash, complaint);
      return;
    }
    const { path, kind, binary, hash } = request;
    const program = join(assetFolder(assetOutdir, hash), placeInAsset(kind, binary.name));
    const seconds = (performance.now() - startedAt) / 1000;
    tell(builtLine({ path, seconds, others: together - 1, bytes: sizeOf(program) }));
  }
}

const WAYS = ['local', 'docker', 'other'] as const;
type Way = (typeof WAYS)[number];

function wayOf({ bundling, inDocker }: BundleRequest): Way {
  if (bundling.dockerOptions?.local !== undefined && !bundling.forcedDockerBundling) return 'other';
  return inDocker ? 'docker' : 'local';
}

function stageProgram({ request, assetOutdir }: PendingAsset, program: string): Complaint | undefined {
  if (isEdited(request)) return editedMeanwhile(request);
  return stageAsset(assetOutdir, request.hash, (folder) => {
    takeFolderOfHooks(request, folder);
    putProgram(program, join(folder, placeInAsset(request.kind, request.binary.name)));
    putIncluded(request.included, folder);
    const env = buildEnvironment(process.env, request.bundling.environment);
    return (
      runHooks('afterBundling', request, dirname(request.manifest), folder, env) ??
      checkAsset(folder, request)
    );
  });
}

/** What was made elsewhere, as a whole. */
function stageFolder({ request, assetOutdir }: PendingAsset, made: string): Complaint | undefined {
  return stageAsset(assetOutdir, request.hash, (folder) => {
    putIncluded([{ name: '.', path: made }, ...request.included], folder);
    return checkAsset(folder, request);
  });
}

/** `dockerOptions.local`: the caller's own way to build; a container when it says that it cannot. */
function stageOther(asset: PendingAsset): Complaint | undefined {
  const { request, assetOutdir } = asset;
  const { local, ...options } = request.bundling.dockerOptions ?? {};
  let isMade = false;
  const complaint = stageAsset(assetOutdir, request.hash, (folder) => {
    const image = request.bundling.dockerImage ?? DockerImage.fromRegistry('dummy');
    isMade = local?.tryBundle(folder, { ...options, image }) === true;
    return isMade ? checkAsset(folder, request) : { what: 'not made', fix: '' };
  });
  if (isMade) return complaint;
  const built = buildInDocker([request], process.env);
  return 'what' in built ? built : stageFolder(asset, built.folders.get(request)!);
}

function checkAsset(folder: string, request: BundleRequest): Complaint | undefined {
  const { architecture, runtime, hasLayers, kind, binary } = request;
  return checkFolder(folder, placeInAsset(kind, binary.name), { architecture, runtime, hasLayers });
}

/** An asset is called after what it was made of: it must not be made of something newer. Hooks may write sources. */
function isEdited({ inputHash, inputHashNow, bundling }: BundleRequest): boolean {
  return bundling.commandHooks === undefined && inputHashNow() !== inputHash;
}

function editedMeanwhile({ manifest }: BundleRequest): Complaint {
  return {
    what: `A source of ${dirname(manifest)} was changed while it was built.`,
    fix: 'Run it once more.',
  };
}
