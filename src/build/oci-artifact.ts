import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { placeOther } from './artifact.js';
import { noLibrary } from './base-needed.js';
import type { Architecture } from './elf-check.js';
import { includedFiles } from './included-files.js';
import { openBase } from './oci-base.js';
import { imageOf } from './oci-image.js';
import type { Output } from './outputs.js';
import { heeding, packing } from './packing.js';
import { makeTar, type TarEntry } from './tar.js';
import { tellPacking } from './tell-packing.js';

export interface ImageRequest {
  readonly output: Output;
  readonly executable: string;
  readonly architecture: Architecture;
  /** It asks for no loader, so that it starts without any other file. */
  readonly isStatic: boolean;
  readonly targetDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface ImageArtifact {
  readonly changed: boolean;
  /** What the image was put upon: its digest, or scratch. */
  readonly base: string;
  /** Of the image: what AWS resolves its tag to. */
  readonly digest: string;
  /** Bytes of all its compressed layers and of what tells of them. */
  readonly size: number;
}

/**
 * Writes a function as an OCI image layout, a folder that skopeo, crane, podman and others push to a registry. Blobs are named
 * after their content and come first, the index that names them last: who reads it meanwhile sees the image of before.
 */
export async function placeImage(request: ImageRequest): Promise<ImageArtifact> {
  const { output, architecture, targetDirectory } = request;
  const base = await openBase({
    ...request,
    base: baseOf(request),
    cache: join(targetDirectory, 'lambda', '.images'),
  });
  const tar = makeTar(await entriesOf(request));
  tellPacking(tar.length, request.onProgress);
  const { blobs, index } = imageOf({
    base,
    architecture,
    tar,
    gzip: await heeding(request.signal, packing(tar, 'gzip')),
    program: `/${programIn(output)}`,
    handler: output.function.name,
  });
  const folder = output.path;
  const before = await readFile(join(folder, 'index.json'), 'utf8').catch(() => '');
  const layers = base?.layers ?? [];
  for (const layer of layers) await base?.provide(layer, blobPath(folder, layer.digest));
  for (const { bytes, descriptor } of blobs) {
    await placeOther(bytes, blobPath(folder, descriptor.digest));
  }
  await placeOther(Buffer.from('{"imageLayoutVersion":"1.0.0"}'), join(folder, 'oci-layout'));
  await placeOther(Buffer.from(index), join(folder, 'index.json'));
  const all = [...layers, ...blobs.map(({ descriptor }) => descriptor)];
  await forgetOthers(
    join(folder, 'blobs', 'sha256'),
    all.map(({ digest }) => digest.slice('sha256:'.length)),
  );
  return {
    changed: before !== index,
    base: base?.digest ?? 'scratch',
    digest: blobs.at(-1)?.descriptor.digest ?? '',
    size: all.reduce((sum, { size }) => sum + size, 0),
  };
}

/** What nobody names: a program that needs no other file needs no base. */
function baseOf({ output, isStatic, architecture }: ImageRequest): string {
  const named = output.function.settings.build.base_image;
  if (named === undefined && isStatic) return 'scratch';
  if (named === undefined || (named === 'scratch' && !isStatic)) {
    throw noLibrary(output.function.name, architecture, named);
  }
  return named;
}

/** Where AWS's base images look for a custom runtime (AWS Lambda Developer Guide, "container images", OS-only base). */
function programIn({ function: { settings }, entry }: Output): string {
  return settings.build.extension ? `opt/extensions/${basename(entry)}` : 'var/runtime/bootstrap';
}

async function entriesOf({ output, executable }: ImageRequest): Promise<TarEntry[]> {
  const program = { name: programIn(output), executable: true, bytes: await readFile(executable) };
  const included = (await includedFiles(output.function.settings)).map(async (one) => ({
    name: `var/task/${one.name}`,
    executable: one.executable,
    bytes: await readFile(one.path),
  }));
  return [program, ...(await Promise.all(included))];
}

function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'));
}

/** Of the image of before; not what another build is just writing, which has another name until it is whole. */
async function forgetOthers(folder: string, names: readonly string[]): Promise<void> {
  const there = await readdir(folder);
  const old = there.filter((name) => /^[0-9a-f]{64}$/.test(name) && !names.includes(name));
  for (const name of old) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) await rm(path, { force: true });
  }
}
