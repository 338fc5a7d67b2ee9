import { isDeepStrictEqual } from 'node:util';
import type { FunctionDefinition, LocalLambda } from '../local/local-lambda.js';
import type { FunctionTarget, Include, LoadOptions, Project } from '../project/project.js';
import { definitionOf } from './definitions.js';
import { extensionsOf, functionsOf, refuseExtensionsAlone } from './members.js';
import type { WatchOptions } from './options.js';

/** A binary of the project, and the functions of the local service that run it. */
export interface Role {
  readonly binary: string;
  readonly names: readonly string[];
  readonly include: readonly Include[];
}

export type ProgramOf = (extension: string) => string | undefined;

/** What a project's binaries are to the local service: by the project itself, or by a template. */
export interface Cast {
  /** How the project is read again. */
  readonly load: LoadOptions;
  /** @throws UserError where there is nothing to serve */
  check(project: Project): void;
  roles(project: Project): readonly Role[];
  extensions(project: Project): readonly FunctionTarget[];
  definitions(project: Project, programOf: ProgramOf): readonly FunctionDefinition[];
  /** The project was read again. */
  reloaded(before: Project, after: Project, programOf: ProgramOf): Promise<void>;
}

/**
 * Every binary is the function of its name.
 * @param onOtherFunctions called when the project has other functions than before
 * @param onReload called with what the project is now, in any case
 */
export function projectCast(
  lambda: LocalLambda,
  { load, overrides }: WatchOptions,
  onOtherFunctions: () => Promise<void>,
  onReload: (project: Project) => void,
): Cast {
  const definitions = (project: Project, programOf: ProgramOf) => {
    const programs = extensionsOf(project).flatMap(({ name }) => programOf(name) ?? []);
    return functionsOf(project).map((target) => definitionOf(target, overrides, programs));
  };
  return {
    load,
    check: refuseExtensionsAlone,
    roles: (project) =>
      functionsOf(project).map(({ name, settings }) => ({
        binary: name,
        names: [name],
        include: settings.include,
      })),
    extensions: extensionsOf,
    definitions,
    async reloaded(before, after, programOf) {
      const names = (project: Project) => functionsOf(project).map(({ name }) => name);
      const now = names(after);
      for (const name of names(before)) if (!now.includes(name)) lambda.remove(name);
      lambda.define(...definitions(after, programOf));
      lambda.route(after.router);
      if (!isDeepStrictEqual(names(before), now)) await onOtherFunctions();
      onReload(after);
    },
  };
}
