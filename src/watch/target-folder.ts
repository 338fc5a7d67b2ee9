import { UserError } from '../errors.js';
import type { LocalLambda } from '../local/local-lambda.js';
import type { Project } from '../project/project.js';
import type { Generations } from './generations.js';
import { type Announcement, announce } from './local-file.js';
import type { WatchOptions } from './options.js';

/** Makes the target folder ours: removes what killed sessions left, and says where we are. */
export async function prepareTarget(
  project: Pick<Project, 'targetDirectory'>,
  lambda: Pick<LocalLambda, 'url' | 'tls' | 'functionNames'>,
  generations: Generations,
  options: Pick<WatchOptions, 'announce'>,
): Promise<Announcement | undefined> {
  await generations.removeStale();
  if (!options.announce) return undefined;
  try {
    return await announce(project.targetDirectory, lambda, lambda.functionNames());
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `Cannot write to the target folder ${project.targetDirectory} (${(cause as Error).message}).`,
      fix: 'Make it writable, or name another: crablet watch --target-dir DIR',
      cause,
    });
  }
}
