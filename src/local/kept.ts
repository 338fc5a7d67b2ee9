import { DEFAULT_CONCURRENCY } from '../lambda/limits.js';
import { systemClock } from './clock.js';
import { type DataDir, openDataDir } from './data-dir.js';
import { type OpenEventQueue, openEventQueue } from './event-queue/open.js';
import type { LocalLambdaOptions } from './local-lambda.js';
import { BOUNDS, LogStore } from './logs/log-store.js';

/** What may outlive the service, where it has a folder for that. */
export interface Kept {
  readonly dataDir: DataDir | undefined;
  readonly eventQueue: OpenEventQueue;
  readonly logs: LogStore;
  /** Called when nothing can happen any more that would have to be kept. */
  close(): Promise<void>;
}

/** @throws UserError when the folder cannot be had, or what is in it cannot be read */
export async function openKept(options: LocalLambdaOptions): Promise<Kept> {
  const dataDir = options.dataDir === undefined ? undefined : await openDataDir(options.dataDir);
  try {
    const eventQueue = await openEventQueue({
      dataDir,
      clock: options.clock ?? systemClock,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      retryDelaysMs: options.asyncRetryDelaysMs,
      deliver: options.deliver,
      listener: options.onEvent,
      warn: options.onWarning ?? (() => {}),
    });
    return {
      dataDir,
      eventQueue,
      logs: new LogStore(BOUNDS, options.clock ?? systemClock),
      async close() {
        await eventQueue.close();
        await dataDir?.close();
      },
    };
  } catch (error) {
    await dataDir?.close();
    throw error;
  }
}
