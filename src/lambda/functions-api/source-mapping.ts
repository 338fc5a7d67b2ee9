import { functionArn, type Home } from '../function-name.js';
import { brokenConstraint, validation } from '../wire-errors.js';
import { ApiError, invalid } from './errors.js';
import type { Input } from './operations.js';

type Settings = Omit<Input<'CreateEventSourceMapping'>, 'FunctionName' | 'EventSourceArn' | 'Tags'>;

/** One event source mapping as it is kept. */
export interface SourceMapping {
  readonly UUID: string;
  readonly functionName: string;
  /** Of the function, where one was said. */
  readonly qualifier?: string | undefined;
  readonly EventSourceArn: string;
  readonly enabled: boolean;
  readonly settings: Settings;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

/** What AWS says of its state (SNAP: event_source_mapping/test_lambda_integration_sqs). */
export type SourceState =
  | 'Creating'
  | 'Enabling'
  | 'Enabled'
  | 'Disabling'
  | 'Disabled'
  | 'Updating'
  | 'Deleting';

/** Sources that a poller on AWS reads by position. */
const STREAMS = ['kinesis', 'dynamodb'];
const KNOWN = [...STREAMS, 'sqs', 'kafka', 'mq', 'rds'];
/** A batch of a queue without a batching window (developer guide, with-sqs). */
const MAX_QUEUE_BATCH = 10;
const MAX_FIFO_BATCH = 10;

export const serviceOf = (arn: string) => arn.split(':')[2] ?? '';

/** @throws ApiError in AWS's words (SNAP:test_lambda_api#test_event_source_mapping_exceptions) */
export function checkSource(arn: string, settings: Settings): void {
  const service = serviceOf(arn);
  if (!KNOWN.includes(service)) throw invalid('Unrecognized event source.');
  if (STREAMS.includes(service) && settings.StartingPosition === undefined)
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  if (service === 'dynamodb' && settings.StartingPosition === 'AT_TIMESTAMP')
    throw invalid(`Unsupported starting position for arn type: ${arn}`);
  const { OnFailure } = settings.DestinationConfig ?? {};
  // What AWS says to it (github.com/aws-controllers-k8s/community/issues/2865, 22 Apr 2026).
  if (service !== 'sqs' && OnFailure && !OnFailure.Destination)
    throw invalid('The Destination field is required for an OnFailure configuration.');
  if (service !== 'sqs') return checkFilters(settings);
  if (
    settings.DestinationConfig?.OnFailure !== undefined ||
    settings.DestinationConfig?.OnSuccess !== undefined
  )
    throw invalid('Unsupported DestinationConfig parameter for given event source mapping type.');
  const { BatchSize = MAX_QUEUE_BATCH, MaximumBatchingWindowInSeconds: window = 0 } = settings;
  if (arn.endsWith('.fifo') && BatchSize > MAX_FIFO_BATCH)
    throw new ApiError(
      validation(
        brokenConstraint(
          String(BatchSize),
          'batchSize',
          `Member must have value less than or equal to ${MAX_FIFO_BATCH}`,
        ),
      ),
    );
  if (BatchSize > MAX_QUEUE_BATCH && window === 0)
    throw invalid(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  checkFilters(settings);
}

function checkFilters({ FilterCriteria }: Settings): void {
  for (const { Pattern = '{}' } of FilterCriteria?.Filters ?? [])
    if (!isPattern(Pattern)) throw invalid('Invalid filter pattern definition.');
}

function isPattern(text: string): boolean {
  try {
    const pattern: unknown = JSON.parse(text);
    return typeof pattern === 'object' && pattern !== null && !Array.isArray(pattern);
  } catch {
    return false;
  }
}

/** As it is told; what its kind of source has no use for is left out. */
export function describedSource(
  home: Home,
  mapping: SourceMapping,
  state: SourceState,
  lastResult: string | undefined,
): object {
  const { UUID, settings, EventSourceArn } = mapping;
  const { Enabled: _, ...told } = settings;
  const queue = serviceOf(EventSourceArn) === 'sqs';
  const stream = STREAMS.includes(serviceOf(EventSourceArn));
  return {
    UUID,
    EventSourceMappingArn: `arn:aws:lambda:${home.region}:${home.accountId}:event-source-mapping:${UUID}`,
    BatchSize: queue ? MAX_QUEUE_BATCH : 100,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    ...(stream && {
      ParallelizationFactor: 1,
      MaximumRecordAgeInSeconds: -1,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: -1,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: {} },
    }),
    ...told,
    EventSourceArn,
    FunctionArn: functionArn(home, mapping.functionName, mapping.qualifier),
    LastModified: mapping.lastModified / 1000,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    ...(lastResult !== undefined && { LastProcessingResult: lastResult }),
  };
}
