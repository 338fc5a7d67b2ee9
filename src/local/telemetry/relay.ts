import type { LogsDroppedRecord } from '../../lambda/log-records.js';
import type { RuntimeApiAnswer } from '../../lambda/runtime-api-answers.js';
import { otherApiInUse, SUBSCRIBED, subscriptionClosed } from '../../lambda/telemetry-answers.js';
import type { Happening, TelemetryView } from '../../lambda/telemetry-events.js';
import { type Subscription, sameSubscription } from '../../lambda/telemetry-subscription.js';
import type { Clock } from '../clock.js';
import { type Delivery, deliveryTo } from './delivery.js';
import type { DestinationPorts, PortHolder } from './destination-ports.js';
import { Subscriber } from './subscriber.js';

/** What init may leave for those who subscribe during it; a function that writes more loses the later part. */
const LONGEST_HISTORY = 10_000;

/** What the relays of all environments share. */
export interface TelemetryServices {
  readonly clock: Clock;
  readonly ports: DestinationPorts;
  warn(text: string): void;
}

export interface SubscribeResult {
  readonly answer: RuntimeApiAnswer;
  /** Whether something is different from now on. */
  readonly isNew: boolean;
}

/**
 * Passes what happens in one environment on to the extensions that subscribed, and keeps what happens during init for
 * those that are about to (developer guide, telemetry-api). After init nobody can subscribe any more: from then on an
 * environment without subscribers has nothing to do here, which `hears` says.
 */
export class TelemetryRelay {
  /** Whether somebody wants to know what happens, or may still want to. */
  hears = false;
  private readonly subscribers = new Map<string, Subscriber>();
  /** What has happened since init began; undefined once it is over. */
  private history: { readonly happening: Happening; readonly timeMs: number }[] | undefined;
  /** What the extensions' last processes were not told any more, by their names. */
  private readonly left = new Map<string, string[]>();

  constructor(
    private readonly holder: PortHolder,
    private readonly view: Pick<TelemetryView, 'logFormat' | 'managed'>,
    private readonly services: TelemetryServices,
    /** Hears of what a subscriber was too slow for. */
    private readonly dropped: (record: LogsDroppedRecord) => void,
  ) {}

  /** Whether the environment takes several invocations at once. */
  get managed(): boolean {
    return this.view.managed;
  }

  /** An init begins: extensions may subscribe until it is over. */
  initStarted(): void {
    this.detach();
    this.history = [];
    this.hears = true;
  }

  /** The runtime and all extensions are ready (RIE: rapid/handlers.go, doRuntimeDomainInit). */
  initOver(): void {
    this.history = undefined;
    this.hears = this.subscribers.size > 0;
  }

  tell(happening: Happening, timeMs: number): void {
    if (this.history && this.history.length < LONGEST_HISTORY) this.history.push({ happening, timeMs });
    for (const subscriber of this.subscribers.values()) subscriber.hear(happening, timeMs);
  }

  /** An extension subscribes; what it asks for replaces what it asked for before. */
  subscribe(name: string, subscription: Subscription): SubscribeResult {
    const { api, destination } = subscription;
    if (!this.history) return { isNew: false, answer: subscriptionClosed(api) };
    const existing = this.subscribers.get(name);
    if (existing && existing.subscription.api !== api)
      return { isNew: false, answer: otherApiInUse(api, name) };
    if (existing && sameSubscription(existing.subscription, subscription)) {
      return { isNew: false, answer: SUBSCRIBED };
    }
    existing?.close();
    const delivery = this.deliveryTo(destination.port, name) ?? deliveryTo(destination);
    const subscriber = new Subscriber(subscription, this.view, this.services.clock, delivery, this.dropped);
    this.subscribers.set(name, subscriber);
    subscriber.inherit(this.left.get(name) ?? []);
    this.left.delete(name);
    for (const { happening, timeMs } of this.history) subscriber.hear(happening, timeMs);
    return { isNew: true, answer: SUBSCRIBED };
  }

  /** Sends what is there; resolves when every subscriber has taken it, or cannot be reached, or the time is over. */
  async flush(withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    const flushed = Promise.all([...this.subscribers.values()].map((subscriber) => subscriber.flush()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      if (Number.isFinite(withinMs)) timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([flushed, late]);
    clearTimeout(timer);
  }

  /** The extensions' processes are about to end. */
  endsSoon(): void {
    this.services.ports.releaseSoon(this.holder);
  }

  /** The extensions' processes have ended: what they have not taken waits for the next ones. */
  detach(): void {
    for (const [name, subscriber] of this.subscribers) {
      const rest = subscriber.close();
      if (rest.length > 0) this.left.set(name, rest);
    }
    this.subscribers.clear();
    this.services.ports.release(this.holder);
    this.history = undefined;
    this.hears = false;
  }

  /** A way to nowhere when another environment's extension listens at the port: it would get what is not its own. */
  private deliveryTo(port: number, name: string): Delivery | undefined {
    const { ports, warn } = this.services;
    const other = ports.claim(port, this.holder);
    if (!other) return undefined;
    if (ports.isNews(this.holder.function, port)) warn(portTaken(this.holder, other, port, name));
    return { send: async () => 'taken', close() {} };
  }
}

function portTaken(holder: PortHolder, other: PortHolder, port: number, name: string): string {
  return (
    `${holder.function}: the extension '${name}' of environment ${holder.environment} wants its telemetry at port ${port}, ` +
    `where environment ${other.environment} of ${other.function} has a listener. On AWS each environment has ports of its own; ` +
    `here they share one machine, and this telemetry is not delivered. ` +
    'Run with --concurrency 1, or let the extension choose a free port (with_telemetry_port_number, with_log_port_number).'
  );
}
