import { deliverThroughSdk } from './aws/deliver.js';
import { fetchObjectThroughSdk } from './aws/fetch-object.js';
import {
  createLocalLambda as createService,
  type LocalLambda,
  type LocalLambdaOptions,
} from './local/local-lambda.js';

export { type ErrorCode, EXIT, UserError } from './errors.js';
export type { LocalEvent } from './local/events.js';
export type { InvokeOptions, InvokeResult } from './local/invoke-direct.js';
export type { FunctionDefinition, LocalLambda, LocalLambdaOptions } from './local/local-lambda.js';
export type { Span } from './traces/span.js';
export { VERSION } from './version.js';

/**
 * Starts a local Lambda: the Invoke API that AWS clients speak, function URLs, and for each parallel invocation an
 * execution environment with a Runtime API of its own. What becomes of events is sent to their destinations through
 * the AWS SDK, with the credentials and endpoints that this process' environment names.
 * @throws UserError when the port cannot be listened on, or a setting cannot be used
 */
export function createLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  return createService({
    ...options,
    deliver: options.deliver ?? deliverThroughSdk(),
    fetchObject: options.fetchObject ?? fetchObjectThroughSdk(),
  });
}
