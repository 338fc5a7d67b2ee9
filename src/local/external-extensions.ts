import { basename, resolve } from 'node:path';

/** A file that is started beside the runtime: on AWS, one in a layer's `extensions/`, which is /opt/extensions there. */
export interface ExternalExtension {
  /** The file's name: what it has to register as. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export function externalExtensions(paths: readonly string[]): readonly ExternalExtension[] {
  return paths.map((path) => ({ name: basename(path), path: resolve(path) }));
}
