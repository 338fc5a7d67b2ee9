import { RETRY_DELAYS_MS } from '../../lambda/async-retry.js';
import type { Deliver, Delivery } from '../../lambda/event-record.js';
import { MAX_ASYNC_REQUEST_BYTES } from '../../lambda/limits.js';
import type { Clock } from '../clock.js';
import type { DataDir } from '../data-dir.js';
import type { LocalEventListener } from '../events.js';
import type { Functions } from '../functions.js';
import { newId } from '../ids.js';
import { EventQueue } from './event-queue.js';
import { type EventStore, forgetful } from './event-store.js';
import { eventFunction, ownFunction } from './own-function.js';

export interface EventQueueSetup {
  readonly dataDir: DataDir | undefined;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly retryDelaysMs: readonly number[] | undefined;
  readonly deliver: Deliver | undefined;
  readonly listener: LocalEventListener | undefined;
  readonly warn: (text: string) => void;
}

/** The event queue of a service, and the store that it is kept in. */
export interface OpenEventQueue {
  queueOf(functions: Functions): EventQueue;
  /** Goes on with what an earlier service left. Called when the functions are there. */
  resume(): void;
  /** Called when the functions have ended. */
  close(): Promise<void>;
}

/** @throws UserError when the queue that an earlier service left cannot be read */
export async function openEventQueue(setup: EventQueueSetup): Promise<OpenEventQueue> {
  const { dataDir, warn } = setup;
  const store = dataDir ? await durable(dataDir, warn) : forgetful;
  let queue: EventQueue | undefined;
  let functions: Functions | undefined;
  return {
    queueOf(all) {
      functions = all;
      queue = new EventQueue({
        store,
        clock: setup.clock,
        retryDelaysMs: setup.retryDelaysMs ?? RETRY_DELAYS_MS,
        concurrency: setup.concurrency,
        listener: setup.listener && afterReport(setup.listener),
        find: (name, arn) => eventFunction(all, name, arn),
        deliver: (delivery, signal) => deliver(delivery, signal, all, setup.deliver),
      });
      return queue;
    },
    resume() {
      const names = store.unfinished.events.map(({ functionName }) => functionName);
      for (const [name, waiting] of countOf(names.filter((one) => !functions?.has(one)))) {
        const they = waiting > 1 ? 'they wait' : 'it waits';
        warn(
          `${count(waiting, 'event')} from before ${waiting > 1 ? 'are' : 'is'} for '${name}', which is not served: ${they} for it.`,
        );
      }
      queue?.resume();
    },
    async close() {
      const left = queue?.close();
      await store.close();
      const text = left && whatIsLeft(left, dataDir);
      if (text !== undefined) warn(text);
    },
  };
}

/** END and REPORT of an attempt are told a moment after its answer: what comes of it reads better behind them. */
function afterReport(listener: LocalEventListener): LocalEventListener {
  return (event) => setImmediate(() => setImmediate(() => listener(event)));
}

/** Loaded when somebody wants it. */
async function durable(dataDir: DataDir, warn: (text: string) => void): Promise<EventStore> {
  const { openEventJournal } = await import('./event-journal.js');
  return openEventJournal(await dataDir.folder('events'), warn);
}

async function deliver(
  delivery: Delivery,
  signal: AbortSignal,
  functions: Functions,
  elsewhere: Deliver | undefined,
): Promise<void> {
  if (delivery.service === 'lambda') {
    const own = ownFunction(delivery.arn, functions);
    if (own) {
      const { payload, traceHeader = '' } = delivery;
      const bytes = Buffer.from(payload);
      if (bytes.length > MAX_ASYNC_REQUEST_BYTES)
        throw new Error(`an event of ${bytes.length} bytes is more than ${MAX_ASYNC_REQUEST_BYTES}`);
      const event = { requestId: newId(), arn: own.arn, payload: bytes, traceId: traceHeader };
      return functions.eventQueue.accept(own.fn, { ...event, incomingTrace: traceHeader });
    }
    if (!delivery.arn.startsWith('arn:')) throw new Error(`no function here is called ${delivery.arn}`);
  }
  if (!elsewhere) throw new Error('this service was given no way to send messages (deliver)');
  return elsewhere(delivery, signal);
}

function whatIsLeft(
  { events, deliveries }: { events: number; deliveries: number },
  dataDir: DataDir | undefined,
): string | undefined {
  const what = [
    ...(events === 0 ? [] : [count(events, 'event')]),
    ...(deliveries === 0 ? [] : [count(deliveries, 'message to a destination', 'messages to destinations')]),
  ].join(' and ');
  if (what === '') return undefined;
  const several = events + deliveries > 1;
  return dataDir
    ? `${what} ${several ? 'wait' : 'waits'} in ${dataDir.path} for the next start.`
    : `${what} ${several ? 'were' : 'was'} still queued, and ${several ? 'are' : 'is'} gone (kept with: --data-dir DIR).`;
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
