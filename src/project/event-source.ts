import type { DeployValues } from './keys.js';

type Written = NonNullable<DeployValues['event_sources']>[number];

/** One event source mapping, in the words of AWS's CreateEventSourceMapping; times are in seconds. */
export interface EventSource {
  readonly arn: string;
  readonly enabled: boolean;
  readonly batchSize?: number | undefined;
  readonly batchingWindowSeconds?: number | undefined;
  /** Patterns as JSON. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST' | undefined;
  readonly maximumConcurrency?: number | undefined;
  readonly parallelizationFactor?: number | undefined;
  readonly maximumRecordAgeSeconds?: number | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly bisectBatchOnFunctionError?: boolean | undefined;
  readonly tumblingWindowSeconds?: number | undefined;
  readonly onFailure?: string | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly queues?: readonly string[] | undefined;
}

export function eventSourceOf(written: Written): EventSource {
  return {
    arn: written.arn,
    enabled: written.enabled ?? true,
    batchSize: written.batch_size,
    batchingWindowSeconds: written.batching_window,
    filters: (written.filters ?? []).map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    reportBatchItemFailures: written.report_batch_item_failures ?? false,
    startingPosition: written.starting_position ?? (readsStream(written.arn) ? 'TRIM_HORIZON' : undefined),
    maximumConcurrency: written.maximum_concurrency,
    parallelizationFactor: written.parallelization_factor,
    maximumRecordAgeSeconds: written.maximum_record_age,
    maximumRetryAttempts: written.maximum_retry_attempts,
    bisectBatchOnFunctionError: written.bisect_batch_on_function_error,
    tumblingWindowSeconds: written.tumbling_window,
    onFailure: written.on_failure,
    topics: written.topics,
    queues: written.queues,
  };
}

/** Which service an event source is of: `sqs`, `kinesis`, `dynamodb`, `kafka`, `mq`, `rds`. */
export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

/** AWS demands a starting position of these, and refuses one of queues (CreateEventSourceMapping). */
function readsStream(arn: string): boolean {
  return ['kinesis', 'dynamodb', 'kafka'].includes(serviceOf(arn));
}
