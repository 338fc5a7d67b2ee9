import { type Architecture, LayerVersion, type LayerVersionOptions } from 'aws-cdk-lib/aws-lambda';
import { addConstructMetadata } from 'aws-cdk-lib/core/lib/metadata-resource';
import type { Construct } from 'constructs';
import type { BundlingOptions } from './bundling-options.js';
import { identityOf, JSII_RTTI } from './identity.js';
import { injected } from './injected.js';
import { resolveRequest } from './resolve-request.js';
import { RustCode } from './rust-code.js';

/** An extension written in Rust. */
export interface RustExtensionProps extends LayerVersionOptions {
  /**
   * How it is built.
   * @default - a release build on this machine
   */
  readonly bundling?: BundlingOptions;
  /**
   * The binary, where there are several.
   * @default - the only one, or `default-run`, or the one that is called like the package
   */
  readonly binaryName?: string;
  /**
   * The folder of the Cargo.toml, or the file itself. Relative to the folder in which the app runs; with `gitRemote`, to the
   * root of the repository.
   * @default - the Cargo.toml in that folder
   */
  readonly manifestPath?: string;
  /**
   * A git repository to take the sources from: any URL that git knows.
   * @default - the sources are on this machine
   */
  readonly gitRemote?: string;
  /**
   * A branch, tag or commit of it.
   * @default HEAD
   */
  readonly gitReference?: string;
  /**
   * Clone it again although this commit has been cloned before.
   * @default false
   */
  readonly gitForceClone?: boolean;
  /**
   * The architecture of the functions that it is for.
   * @default - Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * An internal extension: it lies in /opt under its own name, and runs inside the runtime's process tree, where a wrapper script
   * or the function starts it. An external one lies in /opt/extensions, where Lambda starts it.
   * @default false
   */
  readonly internal?: boolean;
}

/** A Lambda extension in Rust: `lambda.LayerVersion` whose code is built from a crate. */
export class RustExtension extends LayerVersion {
  /** By which property injectors know this construct. */
  static override readonly PROPERTY_INJECTION_ID: string = 'crablet.RustExtension';
  static readonly [JSII_RTTI] = identityOf('RustExtension');

  constructor(scope: Construct, id: string, props: RustExtensionProps = {}) {
    const own = injected(RustExtension.PROPERTY_INJECTION_ID, props, scope, id);
    const { bundling, binaryName, manifestPath, gitRemote, gitReference, gitForceClone, internal, ...rest } =
      own;
    const { request, architecture } = resolveRequest(
      scope,
      id,
      {
        kind: internal ? 'internal-extension' : 'extension',
        bundling,
        binaryName,
        manifestPath,
        gitRemote,
        gitReference,
        gitForceClone,
        architecture: own.architecture,
        runtime: 'provided.al2023',
        hasLayers: false,
      },
      RustExtension,
    );
    const { architecture: _, ...options } = rest;
    super(scope, id, { ...options, code: new RustCode(request), compatibleArchitectures: [architecture] });
    addConstructMetadata(this, own);
  }
}
