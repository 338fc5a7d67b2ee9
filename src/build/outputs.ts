import { join } from 'node:path';
import type { FunctionTarget, Project } from '../project/project.js';

export interface Output {
  readonly function: FunctionTarget;
  /** Where the file goes that AWS takes. */
  readonly path: string;
  readonly format: 'binary' | 'zip';
  /** The executable's name inside the zip. */
  readonly entry: string;
}

/** Where each function's artifact goes: the places that Cargo Lambda's users know (cargo-lambda-build/src/lib.rs). */
export function outputsOf(project: Project): Output[] {
  const { lambda_dir, target_dir = project.targetDirectory } = project.settings.build;
  const folder = lambda_dir ?? join(target_dir, 'lambda');
  return project.functions.map((one) => {
    const { output_format: format = 'binary', extension, internal } = one.settings.build;
    if (extension) {
      const file = join(folder, 'extensions', format === 'zip' ? `${one.name}.zip` : one.name);
      // A layer's external extensions lie in extensions/, an internal one is started by the runtime itself.
      return { function: one, path: file, format, entry: internal ? one.name : `extensions/${one.name}` };
    }
    const own = project.settings.build.flatten === one.name ? folder : join(folder, one.name);
    return {
      function: one,
      path: join(own, format === 'zip' ? 'bootstrap.zip' : 'bootstrap'),
      format,
      entry: 'bootstrap',
    };
  });
}
