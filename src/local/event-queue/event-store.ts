import type { PendingDelivery, QueuedEvent } from './queued-event.js';

/** What has not come to its end, in the order in which it was accepted. */
export interface Unfinished {
  readonly events: readonly QueuedEvent[];
  readonly deliveries: readonly PendingDelivery[];
}

/** Where the events of a service are kept, so that none is lost that was accepted. */
export interface EventStore {
  /** What an earlier service left. */
  readonly unfinished: Unfinished;
  /** Keeps a new event. When a promise is returned, the event counts as accepted once that is fulfilled. */
  accepted(event: QueuedEvent): Promise<void> | undefined;
  /** The event is to be tried again. */
  changed(event: QueuedEvent): void;
  /** The event is over; these messages have to be sent now, and are kept in its place. */
  ended(requestId: string, deliveries: readonly PendingDelivery[]): void;
  /** The message was sent, or given up. */
  delivered(id: string): void;
  /** Resolves when everything is where it belongs. */
  close(): Promise<void>;
}

/** Nothing outlives the service: what the queue holds is all there is. */
export const forgetful: EventStore = {
  unfinished: { events: [], deliveries: [] },
  accepted: () => undefined,
  changed() {},
  ended() {},
  delivered() {},
  close: () => Promise.resolve(),
};
