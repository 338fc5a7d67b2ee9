import { join } from 'node:path';
import type { LocalLambda } from '../../local/local-lambda.js';
import type { Project } from '../../project/project.js';
import { Generations } from '../generations.js';
import type { Announcement } from '../local-file.js';
import type { WatchOptions } from '../options.js';
import { prepareTarget } from '../target-folder.js';

interface TargetFolder {
  readonly generations: Generations;
  readonly announcement: Announcement | undefined;
  /** Roots of the workspaces that build into it. */
  readonly users: Set<string>;
}

type Owner = Pick<Project, 'workspaceRoot' | 'targetDirectory'>;

/**
 * Where the workspaces of an app are built. Several may share a folder (`CARGO_TARGET_DIR`, `build.target-dir`): what is
 * served from it and what was said there is taken away when the last of them goes.
 */
export class TargetFolders {
  private readonly folders = new Map<string, TargetFolder>();

  async enter(
    { workspaceRoot, targetDirectory }: Owner,
    lambda: Pick<LocalLambda, 'url' | 'tls' | 'functionNames'>,
    options: Pick<WatchOptions, 'announce'>,
  ): Promise<Generations> {
    const known = this.folders.get(targetDirectory);
    if (known) {
      known.users.add(workspaceRoot);
      return known.generations;
    }
    const generations = new Generations(join(targetDirectory, 'lambda'));
    const announcement = await prepareTarget({ targetDirectory }, lambda, generations, options);
    this.folders.set(targetDirectory, { generations, announcement, users: new Set([workspaceRoot]) });
    return generations;
  }

  async leave({ workspaceRoot, targetDirectory }: Owner): Promise<void> {
    const folder = this.folders.get(targetDirectory);
    folder?.users.delete(workspaceRoot);
    if (!folder || folder.users.size > 0) return;
    this.folders.delete(targetDirectory);
    await empty(folder);
  }

  /** Says in each which functions there are by now. */
  async tell(functions: readonly string[]): Promise<void> {
    for (const { announcement } of this.folders.values()) await announcement?.update(functions);
  }

  async close(): Promise<void> {
    await Promise.all([...this.folders.values()].map(empty));
    this.folders.clear();
  }
}

async function empty({ generations, announcement }: TargetFolder): Promise<void> {
  await Promise.all([generations.close(), announcement?.takeBack()]);
}
