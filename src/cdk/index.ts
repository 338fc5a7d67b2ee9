export type { BundlingOptions, DockerOptions, ICommandHooks } from './bundling-options.js';
export { cargoLambdaVersion } from './cargo-lambda-version.js';
export { RustExtension, type RustExtensionProps } from './rust-extension.js';
export { RustFunction, type RustFunctionProps } from './rust-function.js';
