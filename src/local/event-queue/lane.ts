import type { QueuedEvent } from './queued-event.js';

/** The events of one function: those that may be started, in their order, and how many of them are running. */
export class Lane {
  running = 0;

  constructor(readonly functionName: string) {}

  /** They were started and did not run: they come before the others. */
  private readonly returned = new Map<string, QueuedEvent>();
  private readonly ready = new Map<string, QueuedEvent>();

  add(event: QueuedEvent): void {
    this.ready.set(event.requestId, event);
  }

  putBack(event: QueuedEvent): void {
    this.returned.set(event.requestId, event);
  }

  take(): QueuedEvent | undefined {
    const from = this.returned.size > 0 ? this.returned : this.ready;
    const [event] = from.values();
    if (event) from.delete(event.requestId);
    return event;
  }

  get size(): number {
    return this.returned.size + this.ready.size;
  }
}
