import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { editedAt, foldersToObserve, isNoise, matters, type WatchedFiles } from './files.js';

/** Changes of one moment are told together: an editor writes several files, and a formatter writes them again. */
const SETTLE_MS = 20;

interface Observer {
  readonly folders: string;
  readonly watcher: FSWatcher;
}

/** Observes files and tells which of them changed. Folders are observed, so a file that is replaced is still seen. */
export class FileWatcher {
  private watched: WatchedFiles = { files: new Set(), folders: [] };
  /** `flat` sees the files of its folders, `deep` everything below them. */
  private readonly observers: Partial<Record<'flat' | 'deep', Observer>> = {};
  private changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private tellClosed: () => void = () => {};
  private readonly whenClosed = new Promise<void>((resolve) => {
    this.tellClosed = resolve;
  });

  constructor(private readonly onChange: (paths: string[]) => void) {}

  /**
   * Observes these from now on. Resolves when a change of any of them would be seen.
   * @param sinceMs a file of a folder that is not observed yet counts as changed if it was written since then
   */
  async observe(watched: WatchedFiles, sinceMs: number): Promise<void> {
    const { flat, deep } = foldersToObserve(watched);
    this.watched = watched;
    await Promise.all([
      this.replace('flat', flat, { depth: 0, ignoreInitial: true }),
      this.replace('deep', deep, { ignored: (path) => this.isNoiseBelow(path, deep) }, sinceMs),
    ]);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.tellClosed();
    clearTimeout(this.timer);
    await Promise.all(Object.values(this.observers).map(({ watcher }) => watcher.close()));
  }

  /** The new observer is ready before the old one ends: no change falls between them. */
  private async replace(
    kind: 'flat' | 'deep',
    folders: string[],
    options: ChokidarOptions,
    sinceMs = 0,
  ): Promise<void> {
    const before = this.observers[kind];
    const key = folders.sort().join('\0');
    if (before?.folders === key || this.closed) return;
    delete this.observers[kind];
    if (folders.length > 0) {
      const watcher = watch(folders, options);
      let initial = true;
      const ready = new Promise<void>((resolve) => {
        watcher.once('ready', () => {
          initial = false;
          resolve();
        });
      });
      watcher.on('all', (_event, path, stats) => {
        // A folder that was moved here brings files whose own times are old; the roots change with every save.
        const isOld = initial && (folders.includes(path) || !stats || editedAt(stats) < sinceMs);
        if (!isOld) this.noticed(path);
      });
      // A folder that cannot be observed (removed, the system's limit of watches) must not end the session.
      watcher.on('error', () => {});
      this.observers[kind] = { folders: key, watcher };
      // One that is closed before it is ready never becomes so.
      await Promise.race([ready, this.whenClosed]);
    }
    await before?.watcher.close();
  }

  private isNoiseBelow(path: string, folders: string[]): boolean {
    const folder = folders.find((one) => path.startsWith(one));
    return folder !== undefined && path !== folder && isNoise(path.slice(folder.length + 1));
  }

  private noticed(path: string): void {
    if (this.closed || !matters(path, this.watched)) return;
    this.changed.add(path);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const paths = [...this.changed];
      this.changed = new Set();
      this.onChange(paths);
    }, SETTLE_MS);
  }
}
