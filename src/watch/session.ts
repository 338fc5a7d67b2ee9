import { join } from 'node:path';
import { createLocalLambda, type LocalLambda } from '../local/local-lambda.js';
import type { Project } from '../project/project.js';
import { BuildLoop } from './build-loop.js';
import { projectCast } from './cast.js';
import { serviceOptions } from './definitions.js';
import { Generations } from './generations.js';
import type { WatchOptions } from './options.js';
import { triggerFollower } from './project-triggers.js';
import { prepareTarget } from './target-folder.js';

export interface WatchSession {
  readonly lambda: LocalLambda;
  /** Resolves when the first build has ended: true when it can be served. */
  readonly firstBuild: Promise<boolean>;
  /** Rejects when something went wrong that is nobody's mistake but ours; the session should be closed then. */
  readonly failure: Promise<never>;
  rebuild(): void;
  /** Ends cargo, the functions and the service, and removes what was made for them. Can be called twice. */
  close(): Promise<void>;
}

/** Builds the project's functions and serves them; rebuilds when a file changes that they depend on. */
export async function startWatch(project: Project, options: WatchOptions): Promise<WatchSession> {
  const lambda = await createLocalLambda(serviceOptions(project, options));
  const generations = new Generations(join(project.targetDirectory, 'lambda'));
  const announcement = await prepareTarget(project, lambda, generations, options).catch(async (error) => {
    await lambda.close();
    throw error;
  });
  const tellFunctions = () => {
    const functions = lambda.functionNames().map((name) => ({ name, url: lambda.urlOf(name) }));
    options.onEvent({ type: 'serving', url: lambda.url, functions });
  };
  const otherFunctions = async () => {
    tellFunctions();
    await announcement?.update(lambda.functionNames());
  };
  const follow = triggerFollower(lambda, options);
  const cast = projectCast(lambda, options, otherFunctions, follow);
  const loop = new BuildLoop(project, cast, lambda, generations, options);
  tellFunctions();
  follow(project);
  if (lambda.isolation) options.onEvent({ type: 'isolation', text: lambda.isolation });
  if (options.overrides.debug)
    await (await import('./launch-file.js')).warnOfSystem((text) =>
      options.onEvent({ type: 'warning', text }),
    );
  loop.take({ kind: 'changed' });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await loop.close();
    await lambda.close();
    await Promise.all([generations.close(), announcement?.takeBack()]);
  };
  return {
    lambda,
    firstBuild: loop.firstBuild,
    failure: loop.failure,
    rebuild: () => loop.take({ kind: 'changed' }),
    close: () => (closing ??= close()),
  };
}
