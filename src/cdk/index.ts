export type { BundlingOptions, DockerOptions, ICommandHooks } from './bundling-options.js';
export { cargoLambdaVersion } from './cargo-lambda-version.js';
export { RustApi, type RustApiProps } from './rust-api.js';
export { RustExtension, type RustExtensionProps } from './rust-extension.js';
export { RustFunction, type RustFunctionProps } from './rust-function.js';
export { RustMonitoring, type RustMonitoringProps } from './rust-monitoring.js';
export type { RustWorkspaceProps } from './workspace-props.js';
