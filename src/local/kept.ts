import { DEFAULT_CONCURRENCY } from '../lambda/limits.js';
import { systemClock } from './clock.js';
import { type DataDir, openDataDir } from './data-dir.js';
import { type OpenEventQueue, openEventQueue } from './event-queue/open.js';
import type { LocalLambdaOptions } from './local-lambda.js';
import { keepLogs, type LogFiles } from './logs/log-files.js';
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
  const warn = options.onWarning ?? (() => {});
  const logs = new LogStore(BOUNDS, options.clock ?? systemClock);
  let logFiles: LogFiles | undefined;
  try {
    logFiles = dataDir && (await keepLogs(logs, await dataDir.folder('logs'), warn));
    const eventQueue = await openEventQueue({
      dataDir,
      clock: options.clock ?? systemClock,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      retryDelaysMs: options.asyncRetryDelaysMs,
      deliver: options.deliver,
      listener: options.onEvent,
      warn,
    });
    return {
      dataDir,
      eventQueue,
      logs,
      async close() {
        await eventQueue.close();
        await logFiles?.close();
        await dataDir?.close();
      },
    };
  } catch (error) {
    await logFiles?.close();
    await dataDir?.close();
    throw error;
  }
}
