import type { Deliver } from '../../lambda/event-record.js';
import type { Clock } from '../clock.js';
import type { EventQueueRecord } from '../events.js';
import { Alarms } from './alarms.js';
import type { EventStore } from './event-store.js';
import type { PendingDelivery } from './queued-event.js';

/** How long to wait before the next try of a message that could not be sent; then it is given up, and told. */
const DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** How many messages are on their way at once. */
const AT_ONCE = 16;

interface Sending {
  readonly pending: PendingDelivery;
  readonly tries: number;
}

/** The messages to destinations and dead-letter queues. A message that cannot be sent ends nothing else. */
export class Outbox {
  private readonly waiting: Sending[] = [];
  private readonly later: Alarms<Sending>;
  private sending = 0;
  private readonly closing = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly store: EventStore,
    private readonly deliver: Deliver,
    private readonly tell: (of: PendingDelivery, record: EventQueueRecord) => void,
  ) {
    this.later = new Alarms(clock, (one) => this.queue(one));
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  get size(): number {
    return this.waiting.length + this.later.size + this.sending;
  }

  add(pending: PendingDelivery): void {
    this.queue({ pending, tries: 0 });
  }

  close(): void {
    this.closing.abort();
    this.later.close();
  }

  private queue(one: Sending): void {
    this.waiting.push(one);
    this.next();
  }

  private next(): void {
    while (this.sending < AT_ONCE && this.waiting.length > 0 && !this.closed) {
      this.sending += 1;
      const one = this.waiting.shift()!;
      void this.send(one).finally(() => {
        this.sending -= 1;
        this.next();
      });
    }
  }

  private async send({ pending, tries }: Sending): Promise<void> {
    const { role, delivery } = pending;
    const about = { role, target: delivery.arn };
    try {
      await this.deliver(delivery, this.closing.signal);
    } catch (error) {
      if (this.closed) return;
      const delayMs = DELAYS_MS[tries];
      const why = (error as Error).message;
      this.tell(pending, { type: 'undelivered', ...about, why, delayMs });
      if (delayMs === undefined) this.store.delivered(pending.id);
      else this.later.add(this.clock.now() + delayMs, { pending, tries: tries + 1 });
      return;
    }
    this.store.delivered(pending.id);
    this.tell(pending, { type: 'delivered', ...about });
  }
}
