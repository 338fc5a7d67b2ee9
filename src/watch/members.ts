import { UserError } from '../errors.js';
import type { FunctionTarget, Project } from '../project/project.js';

/** The functions of a project. What `crablet build` makes an extension of (`build.extension`) is none of them. */
export function functionsOf({ functions }: Project): readonly FunctionTarget[] {
  return functions.filter(({ settings }) => !settings.build.extension);
}

/** Those that run beside every function of the project. An internal one is a part of a function. */
export function extensionsOf({ functions }: Project): readonly FunctionTarget[] {
  return functions.filter(({ settings: { build } }) => build.extension && !build.internal);
}

/** @throws UserError where there is nothing to serve */
export function refuseExtensionsAlone(project: Project): void {
  if (functionsOf(project).length > 0) return;
  const names = project.functions.map(({ name }) => `'${name}'`).join(', ');
  throw new UserError('project.no-function', {
    what: `${names} ${project.functions.length > 1 ? 'are extensions, which run' : 'is an extension, which runs'} beside a function, and there is no function here.`,
    fix: `Build it (crablet build), then in the folder of a function: crablet watch --extension ${project.targetDirectory}/lambda/extensions/${project.functions[0]?.name}`,
  });
}
