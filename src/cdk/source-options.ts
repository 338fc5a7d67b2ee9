import type { BundlingOptions } from './bundling-options.js';

/** What RustFunctionProps and RustExtensionProps have in common; jsii lets neither extend two interfaces. */
export interface SourceOptions {
  readonly bundling?: BundlingOptions;
  readonly binaryName?: string;
  readonly manifestPath?: string;
  readonly gitRemote?: string;
  readonly gitReference?: string;
  readonly gitForceClone?: boolean;
}
