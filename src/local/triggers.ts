import type { Api } from '../lambda/api-gateway/definition.js';
import type { QueuePort } from '../lambda/event-sources/queue-port.js';
import type { Clock } from './clock.js';
import { EventSources } from './event-sources/event-sources.js';
import type { EventSourceMapping } from './event-sources/mapping.js';
import type { Functions } from './functions.js';
import { type Schedule, Schedules } from './schedules/schedules.js';

/** What calls functions beside their URLs and the Invoke API. */
export interface TriggerDefinitions {
  readonly apis?: readonly Api[];
  readonly eventSources?: readonly EventSourceMapping[];
  readonly schedules?: readonly Schedule[];
}

export interface TriggersOptions {
  readonly functions: Functions;
  readonly clock: Clock;
  readonly queues: QueuePort | undefined;
  readonly warn: (text: string) => void;
}

/** The mappings of a template, apart from those that the control plane makes. */
const DEFINED = 'defined:';

export class Triggers {
  readonly eventSources: EventSources;
  private readonly schedules: Schedules;

  constructor(private readonly options: TriggersOptions) {
    this.eventSources = new EventSources(options);
    this.schedules = new Schedules(options);
  }

  /** Serves these from now on, and no others of the kinds that are given. */
  replace({ apis, eventSources, schedules }: TriggerDefinitions): void {
    if (apis) this.options.functions.apis.replace(apis);
    if (eventSources) this.eventSources.replace(DEFINED, eventSources);
    if (schedules) this.schedules.replace(schedules);
  }

  /** Begins no more invocations; resolves when those that were begun have ended. */
  async close(): Promise<void> {
    this.schedules.close();
    await this.eventSources.close();
  }
}
