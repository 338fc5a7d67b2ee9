export { type ErrorCode, EXIT, UserError } from './errors.js';
export type { LocalEvent } from './local/events.js';
export type { InvokeOptions, InvokeResult } from './local/invoke-direct.js';
export {
  createLocalLambda,
  type FunctionDefinition,
  type LocalLambda,
  type LocalLambdaOptions,
} from './local/local-lambda.js';
export { VERSION } from './version.js';
