import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, link, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { UserError } from '../errors.js';
import { replaceFile } from './artifact.js';
import type { Architecture } from './elf-check.js';
import {
  CONFIG,
  type Descriptor,
  digestOf,
  type ImageConfig,
  INDEX,
  imageArchitecture,
  MANIFEST,
} from './oci-image.js';
import { parseBase } from './oci-reference.js';
import { RegistryFault } from './oci-registry.js';
import { ImageFault, type ImageStore, openStore } from './oci-store.js';

/** An image that a function is put upon. */
export interface BaseImage {
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
  /** Of its manifest: what a tag led to. */
  readonly digest: string;
  /** Puts a layer into a file. */
  provide(layer: Descriptor, destination: string): Promise<void>;
}

export interface BaseRequest {
  readonly base: string;
  readonly architecture: Architecture;
  /** The folder in which layers that came from afar are kept. */
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Told of each layer that is fetched. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Finds the image of a reference for an architecture; undefined for scratch. */
export async function openBase(request: BaseRequest): Promise<BaseImage | undefined> {
  const reference = parseBase(request.base);
  if (reference?.kind === 'scratch') return undefined;
  if (!reference) throw refused(request.base, new ImageFault('that is no name of an image'));
  try {
    return await imageIn(openStore(reference, request), request);
  } catch (error) {
    request.signal?.throwIfAborted();
    throw refused(request.base, error);
  }
}

/** What is the matter with the image is the user's to mend; anything else is thrown on. */
function refused(base: string, error: unknown): unknown {
  if (error instanceof RegistryFault) {
    const fix = `Look at its name, log in (docker login), or fetch it with another program: skopeo copy docker://${base} oci:FOLDER, then --base-image oci:FOLDER`;
    return imageError(base, error.message, fix);
  }
  const isForm = error instanceof v.ValiError || error instanceof SyntaxError;
  const isFile = typeof (error as NodeJS.ErrnoException).code === 'string' && !(error instanceof UserError);
  if (!isForm && !isFile && !(error instanceof ImageFault)) return error;
  const why = isForm ? 'what is there is no image' : (error as Error).message;
  return imageError(
    base,
    why,
    'Name scratch, oci:FOLDER (an OCI image layout), oci-archive:FILE (a tar of one), or HOST/NAME:TAG',
  );
}

function imageError(base: string, why: string, fix: string): UserError {
  return new UserError('environment.image', { what: `The base image ${base} cannot be read: ${why}.`, fix });
}

async function imageIn(store: ImageStore, request: BaseRequest): Promise<BaseImage> {
  const { bytes, digest } = await manifestIn(store, await store.root(), request.architecture);
  const manifest = v.parse(MANIFEST, parsed(bytes));
  const configBytes = await collected(await store.blob(manifest.config.digest));
  if (digestOf(configBytes) !== manifest.config.digest) throw new ImageFault('its configuration is damaged');
  const config = v.parse(CONFIG, parsed(configBytes));
  const wanted = imageArchitecture(request.architecture);
  if (config.os !== 'linux' || config.architecture !== wanted) {
    throw new ImageFault(
      `it is for ${config.os}/${config.architecture}, and the function for linux/${wanted}`,
    );
  }
  if (config.rootfs.diff_ids.length !== manifest.layers.length)
    throw new ImageFault('its configuration tells of other layers than its manifest');
  return {
    config,
    layers: manifest.layers,
    digest,
    provide: (layer, destination) => provide(store, layer, destination, request),
  };
}

/** Of an index the manifest for the architecture. */
async function manifestIn(
  store: ImageStore,
  root: Uint8Array,
  architecture: Architecture,
): Promise<{ readonly bytes: Uint8Array; readonly digest: string }> {
  const value = parsed(root);
  if (!v.is(INDEX, value)) return { bytes: root, digest: digestOf(root) };
  const wanted = imageArchitecture(architecture);
  const fits = value.manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === wanted,
  );
  if (!fits) {
    const there = value.manifests.flatMap(({ platform }) =>
      platform ? [`${platform.os}/${platform.architecture}`] : [],
    );
    throw new ImageFault(
      `it is not there for linux/${wanted}, only for ${there.join(', ') || 'nothing that is named'}`,
    );
  }
  const bytes = await store.manifest(fits.digest);
  if (digestOf(bytes) !== fits.digest) throw new ImageFault('its manifest is damaged');
  return { bytes, digest: fits.digest };
}

async function provide(
  store: ImageStore,
  layer: Descriptor,
  destination: string,
  { cache, onProgress, base }: BaseRequest,
): Promise<void> {
  if (await isThere(destination, layer)) return;
  const kept = store.isFar ? join(cache, layer.digest.replace(':', '-')) : destination;
  if (!(await isThere(kept, layer))) {
    if (store.isFar) onProgress?.(`     Fetching ${(layer.size / 1e6).toFixed(1)} MB of ${base}\n`);
    await fetchLayer(store, layer, kept, base);
  }
  if (kept === destination) return;
  await replaceFile(destination, (temporary) =>
    // Nobody ever writes into a blob: its name is its content.
    link(kept, temporary).catch(() => copyFile(kept, temporary)),
  );
}

async function fetchLayer(store: ImageStore, layer: Descriptor, path: string, base: string): Promise<void> {
  let failure: unknown;
  await replaceFile(path, async (temporary) => {
    const hash = createHash('sha256');
    try {
      const from = await store.blob(layer.digest);
      const through = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(from, through, createWriteStream(temporary));
      if (`sha256:${hash.digest('hex')}` !== layer.digest)
        throw new ImageFault(`the layer ${layer.digest} is damaged or cut short`);
    } catch (error) {
      failure = refused(base, error);
      throw error;
    }
  }).catch(async (error) => {
    await rm(path, { force: true });
    throw failure ?? error;
  });
}

async function isThere(path: string, { size }: Descriptor): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.size === size,
    () => false,
  );
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString());
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
