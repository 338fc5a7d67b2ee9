import { sep } from 'node:path';
import type { Project } from '../project/project.js';
import { FileWatcher } from './file-watcher.js';
import { editedSince, type WatchedFiles } from './files.js';

/** Systems date files by a clock that ticks every few milliseconds: a file may seem older than it is. */
const CLOCK_SLACK_MS = 10;

/** The files that builds depend on, as the last good build named them: which were edited, and when one will be. */
export class Sources {
  private inputs: WatchedFiles = { files: new Set(), folders: [] };
  private readonly watcher: FileWatcher;

  /** @param onChange called with the files of one moment, once they are observed */
  constructor(onChange: (paths: string[]) => void) {
    this.watcher = new FileWatcher(onChange);
  }

  /** Takes what a good build has read in the place of what the one before had. */
  take(inputs: WatchedFiles): void {
    this.inputs = inputs;
  }

  /**
   * The known files that were edited after a moment. The lock file is none of them: cargo writes it itself.
   * @param startedAt epoch milliseconds
   */
  async editedSince(project: Project, startedAt: number): Promise<string[]> {
    const late = await editedSince(this.filesOf(project), startedAt - CLOCK_SLACK_MS);
    return late.filter((file) => file !== project.lockfile);
  }

  /** Observes what the next build depends on; `startedAt` is when the last one began. */
  async observe(project: Project, healthy: boolean, startedAt: number): Promise<void> {
    // A build that failed may wait for a file that no successful build has named yet.
    const folders = healthy ? this.inputs.folders : [...this.inputs.folders, ...project.packageRoots];
    await this.watcher.observe({ files: this.filesOf(project), folders }, startedAt - CLOCK_SLACK_MS);
  }

  close(): Promise<void> {
    return this.watcher.close();
  }

  private filesOf(project: Project): ReadonlySet<string> {
    const { manifestPaths, configurationFiles, lockfile, targetDirectory } = project;
    // A file that the build itself makes (a build script's output) would call for builds without end.
    const sources = [...this.inputs.files].filter((file) => !file.startsWith(targetDirectory + sep));
    return new Set([...sources, ...manifestPaths, ...configurationFiles, lockfile]);
  }
}
