import type {
  CreateEventSourceMappingCommandInput,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import type { EventSource } from '../../deploy/configuration.js';
import type { ObservedEventSource } from '../../deploy/observed.js';

const ENABLED = new Set(['Enabled', 'Enabling', 'Creating', 'Updating']);

export function eventSourceFrom(answer: EventSourceMappingConfiguration): ObservedEventSource {
  return {
    uuid: answer.UUID ?? '',
    sourceArn: answer.EventSourceArn ?? '',
    topics: answer.Topics ?? [],
    queues: answer.Queues ?? [],
    enabled: ENABLED.has(answer.State ?? 'Enabled'),
    batchSize: answer.BatchSize ?? null,
    batchingWindowSeconds: answer.MaximumBatchingWindowInSeconds ?? null,
    filters: (answer.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern ?? ''),
    reportBatchItemFailures: (answer.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
    maximumConcurrency: answer.ScalingConfig?.MaximumConcurrency ?? null,
    startingPosition: positionFrom(answer.StartingPosition),
    parallelizationFactor: answer.ParallelizationFactor ?? null,
    maximumRetryAttempts: answer.MaximumRetryAttempts ?? null,
    maximumRecordAgeSeconds: answer.MaximumRecordAgeInSeconds ?? null,
    bisectBatchOnError: answer.BisectBatchOnFunctionError ?? false,
    tumblingWindowSeconds: answer.TumblingWindowInSeconds ?? null,
    onFailure: answer.DestinationConfig?.OnFailure?.Destination || null,
  };
}

function positionFrom(position: string | undefined): EventSource['startingPosition'] {
  return position === 'LATEST' || position === 'TRIM_HORIZON' ? position : null;
}

const POLLED_BY_POSITION = /:(kinesis|dynamodb):/;

/**
 * What AWS is asked for; what is empty or false takes a setting away, as nothing left out does. AWS refuses what is for
 * another kind of source, whatever it says.
 */
export function eventSourceInput(
  source: EventSource,
): Omit<UpdateEventSourceMappingCommandInput, 'UUID' | 'FunctionName'> {
  const isStream = POLLED_BY_POSITION.test(source.sourceArn);
  const isQueue = source.sourceArn.includes(':sqs:');
  return {
    Enabled: source.enabled,
    ...(source.batchSize !== null && { BatchSize: source.batchSize }),
    ...(source.batchingWindowSeconds !== null && {
      MaximumBatchingWindowInSeconds: source.batchingWindowSeconds,
    }),
    FilterCriteria:
      source.filters.length === 0 ? {} : { Filters: source.filters.map((Pattern) => ({ Pattern })) },
    // Of these two, and said of another where the project does (developer guide, invocation-eventsourcemapping).
    ...((isStream || isQueue || source.reportBatchItemFailures) && {
      FunctionResponseTypes: source.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    }),
    ...(isQueue && {
      ScalingConfig:
        source.maximumConcurrency === null ? {} : { MaximumConcurrency: source.maximumConcurrency },
    }),
    ...(source.parallelizationFactor !== null && { ParallelizationFactor: source.parallelizationFactor }),
    ...(source.maximumRetryAttempts !== null && { MaximumRetryAttempts: source.maximumRetryAttempts }),
    ...(source.maximumRecordAgeSeconds !== null && {
      MaximumRecordAgeInSeconds: source.maximumRecordAgeSeconds,
    }),
    ...((isStream || source.bisectBatchOnError) && {
      BisectBatchOnFunctionError: source.bisectBatchOnError,
    }),
    ...(source.tumblingWindowSeconds !== null && { TumblingWindowInSeconds: source.tumblingWindowSeconds }),
    ...(source.onFailure !== null && { DestinationConfig: { OnFailure: { Destination: source.onFailure } } }),
  };
}

export function eventSourceCreation(
  source: EventSource,
): Omit<CreateEventSourceMappingCommandInput, 'FunctionName'> {
  const { FilterCriteria, ScalingConfig, FunctionResponseTypes, ...others } = eventSourceInput(source);
  const { BisectBatchOnFunctionError, ...rest } = others;
  return {
    ...rest,
    EventSourceArn: source.sourceArn,
    ...(source.topics.length > 0 && { Topics: [...source.topics] }),
    ...(source.queues.length > 0 && { Queues: [...source.queues] }),
    ...(source.filters.length > 0 && { FilterCriteria }),
    ...(source.maximumConcurrency !== null && { ScalingConfig }),
    ...(source.reportBatchItemFailures && { FunctionResponseTypes }),
    ...(source.bisectBatchOnError && { BisectBatchOnFunctionError }),
    ...(source.startingPosition !== null && { StartingPosition: source.startingPosition }),
  };
}
