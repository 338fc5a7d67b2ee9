import type { LambdaArchitecture } from './build-flags.js';
import type { BundlingOptions } from './bundling-options.js';
import type { ChosenBinary } from './choose-binary.js';

/** What becomes of a binary: a function's `bootstrap`, or a file in a layer. */
export type BundleKind = 'function' | 'extension' | 'internal-extension';

/** Everything that is known about an asset before anything is built. */
export interface BundleRequest {
  /** Of the construct, for messages. */
  readonly path: string;
  readonly kind: BundleKind;
  /** Absolute. */
  readonly manifest: string;
  readonly workspaceRoot: string;
  readonly targetDirectory: string;
  readonly binary: ChosenBinary;
  readonly inDocker: boolean;
  readonly architecture: LambdaArchitecture;
  readonly runtime: string;
  readonly hasLayers: boolean;
  /** Of `crablet build`. */
  readonly flags: readonly string[];
  readonly bundling: BundlingOptions;
  /** Files that go into the asset beside the program. */
  readonly included: readonly { readonly name: string; readonly path: string }[];
  /** Folders that a container has to see. */
  readonly packageRoots: readonly string[];
  /** Of the asset. */
  readonly hash: string;
  /** Of everything that it is made of: the same, unless `assetHash` or `assetHashType` says otherwise. */
  readonly inputHash: string;
  /** The latter as things are now: something may be edited while it is built. */
  readonly inputHashNow: () => string;
}

/** Where the program lies in the asset. */
export function placeInAsset(kind: BundleKind, name: string): string {
  switch (kind) {
    case 'function':
      return 'bootstrap';
    case 'extension':
      // Lambda starts every program in a layer's extensions/ (developer guide, "Using the Lambda Extensions API").
      return `extensions/${name}`;
    case 'internal-extension':
      return name;
    default:
      return kind satisfies never;
  }
}

/** Under which fromWorkspace hands on what the manifest includes: a key that the public props do not have. */
export const INCLUDED: unique symbol = Symbol('crablet.included') as never;
