import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { withFile } from './elf-file.js';
import { INDEX } from './oci-image.js';
import type { BaseReference } from './oci-reference.js';
import { RegistryClient } from './oci-registry.js';
import { listTar } from './tar.js';

/** Where an image's manifests and blobs come from. */
export interface ImageStore {
  /** Comes over the network, so that it is worth keeping. */
  readonly isFar: boolean;
  /** What the name leads to: a manifest, or an index of several. */
  root(): Promise<Uint8Array>;
  manifest(digest: string): Promise<Uint8Array>;
  blob(digest: string): Promise<AsyncIterable<Uint8Array>>;
}

/** What is there is no image, or not the one that was named; the message is for a person. */
export class ImageFault extends Error {}

export function openStore(
  reference: Exclude<BaseReference, { kind: 'scratch' }>,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): ImageStore {
  switch (reference.kind) {
    case 'layout': {
      const { path, tag } = reference;
      const file = (digest: string) => join(path, pathOf(digest));
      return {
        isFar: false,
        root: async () => rootOf(await readFile(join(path, 'index.json')), tag, (one) => readFile(file(one))),
        manifest: (digest) => readFile(file(digest)),
        blob: async (digest) => createReadStream(file(digest)),
      };
    }
    case 'archive':
      return archiveStore(reference.path, reference.tag);
    case 'registry': {
      const client = new RegistryClient(reference, env, signal);
      return {
        isFar: true,
        root: () => client.manifest(reference.reference),
        manifest: (digest) => client.manifest(digest),
        blob: async (digest) => Readable.fromWeb((await client.blob(digest)) as never),
      };
    }
    default:
      return reference satisfies never;
  }
}

function archiveStore(path: string, tag: string | undefined): ImageStore {
  let files: ReturnType<typeof listTar>;
  const place = (name: string) => {
    files ??= withFile(path, ({ size, read }) => listTar(size, read));
    const found = files?.get(name);
    if (!found)
      throw new ImageFault(
        files ? `it has no ${name}` : 'it is no tar (a compressed one has to be unpacked first)',
      );
    return found;
  };
  const read = async (name: string) => {
    const { offset, size } = place(name);
    const file = await open(path);
    try {
      return (await file.read(Buffer.alloc(size), 0, size, offset)).buffer;
    } finally {
      await file.close();
    }
  };
  return {
    isFar: false,
    root: async () => rootOf(await read('index.json'), tag, (digest) => read(pathOf(digest))),
    manifest: (digest) => read(pathOf(digest)),
    blob: async (digest) => {
      const { offset, size } = place(pathOf(digest));
      return size === 0
        ? Readable.from([])
        : createReadStream(path, { start: offset, end: offset + size - 1 });
    },
  };
}

function pathOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The index of a layout names images; the one of the tag, or all of them as the architectures of one. */
async function rootOf(
  index: Uint8Array,
  tag: string | undefined,
  read: (digest: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const { manifests } = v.parse(INDEX, JSON.parse(Buffer.from(index).toString()));
  const nameOf = (one: (typeof manifests)[number]) => one.annotations?.['org.opencontainers.image.ref.name'];
  const named = tag === undefined ? manifests : manifests.filter((one) => nameOf(one) === tag);
  const [only] = named;
  if (!only) {
    const names = manifests.flatMap((one) => nameOf(one) ?? []);
    throw new ImageFault(
      `it has no image ${tag ?? ''}${names.length > 0 ? `; there is: ${names.join(', ')}` : ''}`,
    );
  }
  return named.length === 1 ? read(only.digest) : index;
}
