import type { LogsDroppedRecord } from '../../lambda/log-records.js';
import { type Happening, type TelemetryView, telemetryEvents } from '../../lambda/telemetry-events.js';
import type { Subscription } from '../../lambda/telemetry-subscription.js';
import type { Clock } from '../clock.js';
import type { Delivery } from './delivery.js';
import { type Dropped, Outbox } from './outbox.js';

/** Why events are missing, in the words of the two APIs' guides (telemetry-schema-reference, runtimes-logs-api). */
const DROPPED_BECAUSE = {
  Telemetry: 'Some logs were dropped because the downstream consumer is slower than the logs production rate',
  Logs: 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.',
} as const;

/** One extension that hears what happens in its environment. */
export class Subscriber {
  private readonly outbox: Outbox;
  private readonly view: TelemetryView;
  /** The time for which `cancelTimer` is set. */
  private timerAt: number | undefined;
  private cancelTimer: () => void = () => {};
  private readonly waitingForEmpty: (() => void)[] = [];
  private closed = false;

  constructor(
    readonly subscription: Subscription,
    { logFormat, managed }: Pick<TelemetryView, 'logFormat' | 'managed'>,
    private readonly clock: Clock,
    private readonly delivery: Delivery,
    private readonly dropped: (record: LogsDroppedRecord) => void,
  ) {
    const { api, schemaVersion, types, buffering } = subscription;
    this.view = { api, schemaVersion, types, logFormat, managed };
    this.outbox = new Outbox(buffering, (dropped, now) => this.aboutDropped(dropped, now));
  }

  hear(happening: Happening, timeMs: number): void {
    const now = this.clock.now();
    for (const event of telemetryEvents(happening, timeMs, this.view)) this.outbox.add(event, now);
    this.pump();
  }

  /** Events that were meant for the extension's last process. */
  inherit(events: readonly string[]): void {
    const now = this.clock.now();
    for (const event of events) this.outbox.add(event, now);
    this.pump();
  }

  /** Sends all that is there without waiting for more. Resolves when it has been taken, or nobody listens. */
  flush(): Promise<void> {
    this.outbox.flush();
    this.pump();
    if (this.closed || this.outbox.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.waitingForEmpty.push(resolve));
  }

  /** Ends the connection; returns what was not taken. */
  close(): string[] {
    this.closed = true;
    this.cancelTimer();
    this.delivery.close();
    this.settleFlushes();
    return this.outbox.takeRest();
  }

  private pump(): void {
    if (this.closed) return;
    const next = this.outbox.next(this.clock.now());
    switch (next.kind) {
      case 'send':
        this.wakeAt(undefined);
        void this.send(next.events);
        return;
      case 'wait':
        this.wakeAt(next.at);
        return;
      case 'rest':
        this.wakeAt(undefined);
        if (this.outbox.isEmpty) this.settleFlushes();
        return;
    }
  }

  private async send(events: readonly string[]): Promise<void> {
    const answer = await this.delivery.send(events);
    if (this.closed) return;
    this.outbox.answered(answer, this.clock.now());
    if (answer === 'unreachable') this.settleFlushes();
    this.pump();
  }

  private wakeAt(at: number | undefined): void {
    if (at === this.timerAt) return;
    this.cancelTimer();
    this.cancelTimer = () => {};
    this.timerAt = at;
    if (at === undefined) return;
    this.cancelTimer = this.clock.after(Math.max(0, at - this.clock.now()), () => {
      this.timerAt = undefined;
      this.pump();
    });
  }

  private settleFlushes(): void {
    for (const resolve of this.waitingForEmpty.splice(0)) resolve();
  }

  private aboutDropped({ records, bytes }: Dropped, now: number): string | undefined {
    const reason = DROPPED_BECAUSE[this.view.api];
    const record = { type: 'logsDropped', reason, droppedRecords: records, droppedBytes: bytes } as const;
    this.dropped(record);
    return telemetryEvents({ kind: 'platform', record }, now, this.view)[0];
  }
}
