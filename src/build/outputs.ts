import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { FunctionTarget, Project } from '../project/project.js';

/** `oci` is a folder: an OCI image layout. */
export type ArtifactFormat = 'binary' | 'zip' | 'oci';

export interface Output {
  readonly function: FunctionTarget;
  /** Where the file goes that AWS takes. */
  readonly path: string;
  readonly format: ArtifactFormat;
  /** The executable's name inside the zip. */
  readonly entry: string;
}

/** Where each function's artifact goes: the places that Cargo Lambda's users know (cargo-lambda-build/src/lib.rs). */
export function outputsOf(project: Project): Output[] {
  const outputs = project.functions.map((one) => outputOf(one, project));
  for (const output of outputs) {
    const twin = outputs.find((other) => other !== output && other.path === output.path);
    if (!twin) continue;
    throw new UserError('usage.arguments', {
      what: `The functions ${output.function.name} and ${twin.function.name} would both be written to ${output.path}.`,
      fix: 'Flatten one of them only, or give them different lambda dirs.',
    });
  }
  return outputs;
}

const SUFFIX: Readonly<Record<ArtifactFormat, string>> = { binary: '', zip: '.zip', oci: '.oci' };

function outputOf(one: FunctionTarget, project: Project): Output {
  const { output_format: format = 'binary', extension, internal, flatten, ...dirs } = one.settings.build;
  const folder = dirs.lambda_dir ?? join(dirs.target_dir ?? project.targetDirectory, 'lambda');
  if (extension) {
    const file = join(folder, 'extensions', `${one.name}${SUFFIX[format]}`);
    // A layer's external extensions lie in extensions/, an internal one is started by the runtime itself.
    return { function: one, path: file, format, entry: internal ? one.name : `extensions/${one.name}` };
  }
  const own = flatten === one.name ? folder : join(folder, one.name);
  return {
    function: one,
    path: join(own, `bootstrap${SUFFIX[format]}`),
    format,
    entry: 'bootstrap',
  };
}
