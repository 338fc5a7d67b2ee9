import type { DeployValues } from './keys.js';

/** What a function's configuration says of its events, in the words of AWS's EventInvokeConfig and DeadLetterConfig. */
export interface EventInvokeValues {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeSeconds?: number | undefined;
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  readonly deadLetter?: string | undefined;
}

export function eventInvokeOf(deploy: DeployValues): EventInvokeValues {
  return {
    maximumRetryAttempts: deploy.maximum_retry_attempts,
    maximumEventAgeSeconds: deploy.maximum_event_age,
    onSuccess: deploy.on_success,
    onFailure: deploy.on_failure,
    deadLetter: deploy.dead_letter_queue,
  };
}
