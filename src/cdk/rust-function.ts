import {
  type Code,
  type FunctionOptions,
  Function as LambdaFunction,
  type Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { addConstructMetadata } from 'aws-cdk-lib/core/lib/metadata-resource';
import type { Construct } from 'constructs';
import type { BundlingOptions } from './bundling-options.js';
import { functionProps } from './function-props.js';
import { identityOf, JSII_RTTI } from './identity.js';
import { injected } from './injected.js';
import { workspaceFunctions } from './workspace-functions.js';
import type { RustWorkspaceProps } from './workspace-props.js';

/** A function written in Rust. */
export interface RustFunctionProps extends FunctionOptions {
  /**
   * The runtime: `provided.al2023` or `provided.al2`, by its name or as `Runtime.PROVIDED_AL2023`.
   * @default provided.al2023
   */
  readonly runtime?: Runtime | 'provided.al2023' | 'provided.al2';
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
   * Code that was built already, for example `Code.fromAsset('target/lambda/hello')`; then nothing is built here, and what says
   * how is not looked at. A folder is still checked: for its `bootstrap`, its architecture, its glibc.
   * @default - it is built
   */
  readonly code?: Code;
}

/** A Lambda function in Rust: `lambda.Function` whose code is built from a crate. */
export class RustFunction extends LambdaFunction {
  /** By which property injectors know this construct. */
  static override readonly PROPERTY_INJECTION_ID: string = 'crablet.RustFunction';
  static readonly [JSII_RTTI] = identityOf('RustFunction');

  constructor(scope: Construct, id: string, props: RustFunctionProps = {}) {
    const own = injected(RustFunction.PROPERTY_INJECTION_ID, props, scope, id);
    super(scope, id, functionProps(scope, id, own, RustFunction));
    addConstructMetadata(this, own);
  }

  /**
   * The functions of a package or a workspace, by the names of their binaries, with the settings that
   * `[package.metadata.lambda.deploy]` has for each: memory, timeout, variables, URL, event sources, schedules, permissions.
   */
  static fromWorkspace(
    scope: Construct,
    id: string,
    props: RustWorkspaceProps = {},
  ): { [binary: string]: RustFunction } {
    return workspaceFunctions(scope, id, props, (holder, name, own) => new RustFunction(holder, name, own));
  }
}
