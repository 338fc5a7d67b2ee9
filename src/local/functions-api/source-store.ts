import {
  type SourceMapping,
  type SourceState,
  serviceOf,
} from '../../lambda/functions-api/source-mapping.js';
import type { Documents } from './documents.js';

const KIND = 'source:';

/** Who asks the sources for events. */
export interface SourcePolling {
  put(mapping: PolledSource): void;
  remove(id: string): Promise<void>;
  /** What the last batch came to; undefined where there was none. */
  lastResult(id: string): string | undefined;
}

/** A mapping as its poller takes it. */
export interface PolledSource {
  readonly id: string;
  readonly functionName: string;
  /** Of the alias or version, where one was said. */
  readonly qualifier?: string | undefined;
  readonly eventSourceArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number | undefined;
  readonly filters: readonly string[];
}

/** The event source mappings that were created over the API. */
export class SourceStore {
  private readonly mappings = new Map<string, SourceMapping>();
  /** What is under way; otherwise a mapping is enabled or disabled. */
  private readonly states = new Map<string, SourceState>();

  constructor(
    private readonly documents: Documents,
    /** Without it mappings are kept, and nothing is asked. */
    private readonly polling: SourcePolling | undefined,
  ) {
    for (const [name, document] of documents.kept)
      if (name.startsWith(KIND)) this.mappings.set(name.slice(KIND.length), document as SourceMapping);
    for (const mapping of this.mappings.values()) polling?.put(polled(mapping));
  }

  get all(): SourceMapping[] {
    return [...this.mappings.values()].sort((a, b) => (a.UUID < b.UUID ? -1 : 1));
  }

  find(uuid: string): SourceMapping | undefined {
    return this.mappings.get(uuid);
  }

  stateOf({ UUID, enabled }: SourceMapping): SourceState {
    return this.states.get(UUID) ?? (enabled ? 'Enabled' : 'Disabled');
  }

  lastResult(uuid: string): string | undefined {
    return this.polling?.lastResult(uuid);
  }

  /** Says so of it until it is said otherwise. */
  mark(uuid: string, state: SourceState | undefined): void {
    if (state === undefined) this.states.delete(uuid);
    else this.states.set(uuid, state);
  }

  put(mapping: SourceMapping): Promise<void> {
    this.mappings.set(mapping.UUID, mapping);
    return this.documents.put(KIND + mapping.UUID, mapping);
  }

  /** What is kept is so from now on. */
  start(uuid: string): void {
    const mapping = this.mappings.get(uuid);
    this.mark(uuid, undefined);
    if (mapping) this.polling?.put(polled(mapping));
  }

  async remove(uuid: string): Promise<void> {
    this.mappings.delete(uuid);
    this.states.delete(uuid);
    await Promise.all([this.polling?.remove(uuid), this.documents.remove(KIND + uuid)]);
  }
}

function polled({
  UUID,
  functionName,
  qualifier,
  EventSourceArn,
  enabled,
  settings,
}: SourceMapping): PolledSource {
  return {
    id: UUID,
    functionName,
    qualifier,
    eventSourceArn: EventSourceArn,
    enabled,
    batchSize: settings.BatchSize ?? (serviceOf(EventSourceArn) === 'sqs' ? 10 : 100),
    maximumBatchingWindowSeconds: settings.MaximumBatchingWindowInSeconds ?? 0,
    reportBatchItemFailures: (settings.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
    maximumConcurrency: settings.ScalingConfig?.MaximumConcurrency,
    filters: (settings.FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) => Pattern),
  };
}
