import { isDeepStrictEqual } from 'node:util';
import type { QueuePort } from '../../lambda/event-sources/queue-port.js';
import type { Clock } from '../clock.js';
import type { Functions } from '../functions.js';
import type { EventSourceMapping } from './mapping.js';
import { QueuePoller } from './queue-poller.js';

export interface EventSourcesOptions {
  readonly functions: Functions;
  /** Without it no queue is asked. */
  readonly queues: QueuePort | undefined;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

interface Running {
  readonly mapping: EventSourceMapping;
  readonly poller: QueuePoller | undefined;
}

/** The event source mappings of one local Lambda: each that is enabled has a poller. */
export class EventSources {
  private readonly running = new Map<string, Running>();

  constructor(private readonly options: EventSourcesOptions) {}

  get all(): readonly EventSourceMapping[] {
    return [...this.running.values()].map(({ mapping }) => mapping);
  }

  /** What the last batch came to, in AWS's words; undefined where there was none. */
  lastResult(id: string): string | undefined {
    return this.running.get(id)?.poller?.lastResult;
  }

  /** Starts a mapping, or changes it; one that is as it was goes on undisturbed. */
  put(mapping: EventSourceMapping): void {
    const before = this.running.get(mapping.id);
    if (before && isDeepStrictEqual(before.mapping, mapping)) return;
    void before?.poller?.close();
    this.running.set(mapping.id, { mapping, poller: this.start(mapping) });
  }

  /** Resolves when nothing of it is under way any more. */
  async remove(id: string): Promise<void> {
    const found = this.running.get(id);
    this.running.delete(id);
    await found?.poller?.close();
  }

  /** Runs these, of those whose ids begin so, and no others. */
  replace(prefix: string, mappings: readonly EventSourceMapping[]): void {
    const ids = new Set(mappings.map(({ id }) => prefix + id));
    for (const id of this.running.keys()) if (id.startsWith(prefix) && !ids.has(id)) void this.remove(id);
    for (const mapping of mappings) this.put({ ...mapping, id: prefix + mapping.id });
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((id) => this.remove(id)));
  }

  private start(mapping: EventSourceMapping): QueuePoller | undefined {
    const { queues, warn } = this.options;
    const { enabled, eventSourceArn, functionName } = mapping;
    if (!enabled) return undefined;
    if (eventSourceArn.split(':')[2] !== 'sqs') {
      warn(`Events of ${eventSourceArn} are not emulated: ${functionName} gets none.`);
      return undefined;
    }
    if (queues) return new QueuePoller(mapping, { ...this.options, queues });
    warn(
      `${eventSourceArn} is not asked for messages, for that would take them from the deployed function. ` +
        'Name a local queue service (AWS_ENDPOINT_URL_SQS), or take them all the same: --poll-aws',
    );
    return undefined;
  }
}
