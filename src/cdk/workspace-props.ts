import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { BundlingOptions } from './bundling-options.js';
import type { RustFunctionProps } from './rust-function.js';

/** The functions of a package or workspace. */
export interface RustWorkspaceProps {
  /**
   * The folder of the Cargo.toml, or the file itself: of a package, or of a workspace, of which all members count.
   * @default - the Cargo.toml in the folder in which the app runs
   */
  readonly manifestPath?: string;
  /**
   * How they are built.
   * @default - a release build on this machine
   */
  readonly bundling?: BundlingOptions;
  /**
   * The architecture of all of them.
   * @default - what `[package.metadata.lambda.build]` says, or Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * Props of all functions, over the settings of the manifest.
   * @default - none
   */
  readonly defaults?: RustFunctionProps;
  /**
   * Props of single functions, by the names of their binaries, over everything else.
   * @default - none
   */
  readonly overrides?: { [binary: string]: RustFunctionProps };
}
