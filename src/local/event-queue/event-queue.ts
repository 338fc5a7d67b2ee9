import {
  afterFailure,
  afterThrottle,
  type Condition,
  isTooOld,
  type Next,
} from '../../lambda/async-retry.js';
import { type Deliver, deliveryOf, type EventResponse } from '../../lambda/event-record.js';
import { parseTarget } from '../../lambda/event-target.js';
import { countRound, MAX_ROUNDS } from '../../lambda/lineage.js';
import type { Clock } from '../clock.js';
import type { EventQueueRecord, LocalEventListener } from '../events.js';
import { newId } from '../ids.js';
import { type Invocation, refusalError } from '../invocation.js';
import type { Waiting } from '../waiting.js';
import { Alarms } from './alarms.js';
import { attemptOf, type Tried } from './attempt.js';
import { configOf, type EventSettings, targetsOf } from './event-settings.js';
import type { EventStore } from './event-store.js';
import { Lane } from './lane.js';
import { Outbox } from './outbox.js';
import type { PendingDelivery, QueuedEvent } from './queued-event.js';

/** What the queue needs of a function. */
export interface EventFunction {
  readonly name: string;
  readonly arn: string;
  readonly settings: EventSettings;
  /** What runs when it is invoked. */
  readonly version?: string | undefined;
  submit(invocation: Invocation): void;
  /** The invocations that wait for an environment. */
  readonly waiting: Pick<Waiting, 'has' | 'remove'>;
}

export interface EventQueueOptions {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly retryDelaysMs: readonly number[];
  /** How many events of a function may be with it at once: the others wait here. */
  readonly concurrency: number;
  readonly listener: LocalEventListener | undefined;
  /** @param arn as it was invoked, with a qualifier if one was given */
  find(functionName: string, arn: string): EventFunction | undefined;
  /** Sends messages to other services than this one. */
  readonly deliver: Deliver;
}

/** What a caller says of a new event. */
export type NewEvent = Pick<
  QueuedEvent,
  'requestId' | 'arn' | 'payload' | 'traceId' | 'clientContext' | 'cognitoIdentity'
> & {
  /** The trace header that it came with: it tells of the rounds it has made. */
  readonly incomingTrace?: string | undefined;
};

/**
 * The event queue of asynchronous invocations: takes events, hands them to their functions in order, tries again,
 * and sends what became of them where the function's settings say.
 */
export class EventQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly later: Alarms<QueuedEvent>;
  private readonly outbox: Outbox;
  private closed = false;

  constructor(private readonly options: EventQueueOptions) {
    const { clock, store, deliver } = options;
    this.later = new Alarms(clock, (event) => this.enter(event));
    this.outbox = new Outbox(clock, store, deliver, (of, record) =>
      this.tell(of.functionName, of.requestId, record),
    );
  }

  /** Goes on with what an earlier service left. */
  resume(): void {
    const { events, deliveries } = this.options.store.unfinished;
    for (const delivery of deliveries) this.outbox.add(delivery);
    for (const event of events) this.enter(event);
  }

  /** Takes an event. When a promise is returned, the event is accepted once that is fulfilled. */
  accept(fn: EventFunction, { incomingTrace, ...given }: NewEvent): Promise<void> | undefined {
    if (this.closed) return Promise.reject(new Error('The local Lambda service is shutting down.'));
    const now = this.options.clock.now();
    const { rounds, header } = countRound(given.traceId, incomingTrace, fn.arn);
    const event: QueuedEvent = {
      ...given,
      functionName: fn.name,
      traceId: header,
      acceptedAt: now,
      rounds,
      attempts: 0,
      requeues: 0,
      dueAt: now,
    };
    const kept = this.options.store.accepted(event);
    if (!kept) return this.enter(event);
    return kept.then(() => this.enter(event));
  }

  /** The function is there, or back: its events need not wait for it any more. */
  wake(functionName: string): void {
    for (const [arn, lane] of this.lanes) if (lane.functionName === functionName) this.pump(arn);
  }

  /** Takes no more steps; what is returned has not come to its end. */
  close(): { readonly events: number; readonly deliveries: number } {
    this.closed = true;
    let events = this.later.size;
    for (const lane of this.lanes.values()) events += lane.size + lane.running;
    const deliveries = this.outbox.size;
    this.later.close();
    this.outbox.close();
    return { events, deliveries };
  }

  private enter(event: QueuedEvent): undefined {
    if (event.dueAt > this.options.clock.now()) this.later.add(event.dueAt, event);
    else {
      this.laneOf(event).add(event);
      this.pump(event.arn);
    }
    return undefined;
  }

  /** By what was invoked: a version that is gone must not keep another one's events waiting. */
  private laneOf({ functionName, arn }: QueuedEvent): Lane {
    const found = this.lanes.get(arn);
    if (found) return found;
    const lane = new Lane(functionName);
    this.lanes.set(arn, lane);
    return lane;
  }

  /** Starts what may be started. */
  private pump(arn: string): void {
    const lane = this.lanes.get(arn);
    while (lane && lane.running < this.options.concurrency && !this.closed) {
      const fn = this.options.find(lane.functionName, arn);
      const event = fn && lane.take();
      if (!event) return;
      this.start(fn, lane, event);
    }
  }

  private start(fn: EventFunction, lane: Lane, event: QueuedEvent): void {
    const condition = hindrance(event, fn.settings, this.options.clock.now());
    if (condition) return this.end(fn, event, condition, undefined);
    lane.running += 1;
    let forgetAge = () => {};
    const invocation = attemptOf(event, fn.version, (tried) => {
      lane.running -= 1;
      forgetAge();
      this.tried(fn, lane, event, tried);
    });
    fn.submit(invocation);
    if (!fn.waiting.has(invocation)) return;
    forgetAge = this.options.clock.after(this.ageLeftMs(fn, event), () => {
      if (!fn.waiting.remove(invocation)) return;
      lane.running -= 1;
      this.end(fn, event, 'EventAgeExceeded', undefined);
      this.pump(event.arn);
    });
  }

  private ageLeftMs({ settings }: EventFunction, { acceptedAt }: QueuedEvent): number {
    return acceptedAt + configOf(settings).maximumEventAgeSeconds * 1000 - this.options.clock.now();
  }

  private tried(fn: EventFunction, lane: Lane, event: QueuedEvent, tried: Tried): void {
    if (tried.kind === 'refused' && tried.refusal.kind === 'closing') {
      // It has not run, and keeps its place: until the function comes back, or for the next service.
      lane.putBack(event);
      return;
    }
    if (tried.kind === 'refused') this.refused(fn, event, tried.refusal);
    else if (tried.response.failed) this.failed(fn, event, tried.response);
    else this.end(fn, { ...event, attempts: event.attempts + 1 }, 'Success', tried.response);
    this.pump(event.arn);
  }

  private failed(fn: EventFunction, event: QueuedEvent, response: EventResponse): void {
    const attempts = event.attempts + 1;
    const config = configOf(fn.settings);
    const { clock, retryDelaysMs } = this.options;
    const changed = { ...event, attempts, requeues: 0 };
    const next = afterFailure(changed, config, retryDelaysMs, clock.now());
    this.goOn(fn, changed, next, response, (delayMs) => ({
      type: 'retry',
      attempt: attempts + 1,
      attempts: config.maximumRetryAttempts + 1,
      delayMs,
    }));
  }

  private refused(
    fn: EventFunction,
    event: QueuedEvent,
    refusal: Extract<Tried, { kind: 'refused' }>['refusal'],
  ): void {
    const changed = { ...event, requeues: event.requeues + 1 };
    const next = afterThrottle(changed, configOf(fn.settings), this.options.clock.now());
    const reason = refusal.kind === 'throttled' ? refusal.reason : refusalError(refusal).type;
    const response = refusal.kind === 'throttled' ? ({ kind: 'throttled' } as const) : undefined;
    this.goOn(fn, changed, next, response, (delayMs) => ({ type: 'requeue', reason, delayMs }));
  }

  private goOn(
    fn: EventFunction,
    event: QueuedEvent,
    next: Next,
    response: EventResponse | undefined,
    news: (delayMs: number) => EventQueueRecord,
  ): void {
    if (next.kind === 'over') return this.end(fn, event, next.condition, response);
    const changed = { ...event, dueAt: next.at };
    this.options.store.changed(changed);
    this.tell(event.functionName, event.requestId, news(next.at - this.options.clock.now()));
    this.enter(changed);
  }

  private end(
    fn: EventFunction,
    event: QueuedEvent,
    condition: Condition,
    response: EventResponse | undefined,
  ): void {
    const { requestId, functionName, attempts } = event;
    const deliveries = this.deliveries(fn, event, condition, response);
    this.options.store.ended(requestId, deliveries);
    if (condition !== 'Success') this.tell(functionName, requestId, { type: 'dropped', condition, attempts });
    for (const delivery of deliveries) this.outbox.add(delivery);
  }

  private deliveries(
    fn: EventFunction,
    event: QueuedEvent,
    condition: Condition,
    response: EventResponse | undefined,
  ): PendingDelivery[] {
    const { requestId, functionName } = event;
    const ended = {
      requestId,
      functionArn: qualified(event.arn),
      condition,
      invokeCount: event.attempts,
      requestPayload: event.payload.toString('utf8'),
      response,
      traceHeader: event.traceId,
      endedAt: this.options.clock.now(),
    };
    return targetsOf(fn.settings, condition).flatMap(([role, arn]) => {
      const target = arn === undefined ? undefined : parseTarget(arn, role);
      if (!target) return [];
      return [{ id: newId(), requestId, functionName, role, delivery: deliveryOf(ended, role, target) }];
    });
  }

  private tell(functionName: string, requestId: string, record: EventQueueRecord): void {
    const { listener, clock } = this.options;
    listener?.({ type: 'event-queue', function: functionName, requestId, time: clock.now(), record });
  }
}

/** Why an event must not be started. */
function hindrance(
  event: QueuedEvent,
  settings: EventSettings,
  now: number,
): Exclude<Condition, 'Success'> | undefined {
  if (event.rounds > MAX_ROUNDS) return 'RecursiveInvocation';
  // Recorded with a count of 0 and without a response (SNAP:test_lambda#test_reserved_concurrency).
  if (settings.reservedConcurrency === 0) return 'ZeroReservedConcurrency';
  if (isTooOld(event.acceptedAt, now, configOf(settings))) return 'EventAgeExceeded';
  return undefined;
}

/** An ARN of a function has seven parts, and the qualifier is the eighth. */
function qualified(arn: string): string {
  return arn.split(':').length > 7 ? arn : `${arn}:$LATEST`;
}
