import { stat } from 'node:fs/promises';
import { placeExecutable } from './artifact.js';
import type { BuildRequest } from './build.js';
import type { Candidate } from './candidates.js';
import { isLambdaArchitecture } from './elf-check.js';
import { placeZip } from './zip-artifact.js';

/** What was put into its place. */
export interface Placed {
  readonly changed: boolean;
  /** Bytes; of an image those of all its blobs. */
  readonly size: number;
  readonly previousSize: number | undefined;
  /** Of a zip: what AWS calls `CodeSha256`. */
  readonly codeSha256: string | undefined;
  /** Of an image: its digest, and that of what it is built upon. */
  readonly image: { readonly digest: string; readonly base: string } | undefined;
}

export async function placeArtifact(
  { output, executable, architecture, isStatic }: Candidate,
  request: BuildRequest,
): Promise<Placed> {
  const previousSize = await sizeOf(output.path);
  // How far it has come: nothing that --quiet wants to know.
  const onProgress = output.function.settings.build.quiet ? undefined : request.onProgress;
  const none = { previousSize, codeSha256: undefined, image: undefined };
  switch (output.format) {
    case 'binary': {
      const changed = (await placeExecutable(executable.path, output.path)) === 'written';
      return { ...none, changed, size: (await stat(output.path)).size };
    }
    case 'zip': {
      const { changed, sha256 } = await placeZip(executable.path, output, {
        signal: request.signal,
        onProgress,
      });
      return { ...none, changed, size: (await stat(output.path)).size, codeSha256: sha256 };
    }
    case 'oci': {
      if (!isLambdaArchitecture(architecture)) throw new Error(`an image for ${architecture}`);
      const { placeImage } = await import('./oci-artifact.js');
      const { project, env, signal } = request;
      const { targetDirectory } = project;
      const image = await placeImage({
        ...{ output, executable: executable.path, architecture, isStatic, targetDirectory },
        ...{ env, signal, onProgress },
      });
      const { changed, size, digest, base } = image;
      return { ...none, previousSize: undefined, changed, size, image: { digest, base } };
    }
    default:
      return output.format satisfies never;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (facts) => (facts.isFile() ? facts.size : undefined),
    () => undefined,
  );
}
