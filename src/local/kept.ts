import { DEFAULT_CONCURRENCY } from '../lambda/limits.js';
import { systemClock } from './clock.js';
import { type DataDir, openDataDir } from './data-dir.js';
import { type OpenEventQueue, openEventQueue } from './event-queue/open.js';
import { type Documents, forgetfulDocuments, openDocuments } from './functions-api/documents.js';
import type { LocalLambdaOptions } from './local-lambda-options.js';
import { keepLogs, type LogFiles } from './logs/log-files.js';
import { BOUNDS, LogStore } from './logs/log-store.js';

/** What may outlive the service, where it has a folder for that. */
export interface Kept {
  readonly dataDir: DataDir | undefined;
  readonly eventQueue: OpenEventQueue;
  readonly logs: LogStore;
  /** What was created over the API. */
  readonly documents: Documents;
  /** Where its code lies; undefined where that ends with the service. */
  readonly codeFolder: string | undefined;
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
    const documents = dataDir ? await openDocuments(await dataDir.folder('functions')) : forgetfulDocuments;
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
      documents,
      codeFolder: await dataDir?.folder('code'),
      async close() {
        await eventQueue.close();
        await documents.settled();
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
