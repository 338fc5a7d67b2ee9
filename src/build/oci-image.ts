import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Architecture } from './elf-check.js';

/** What an image is made of, as far as it is read (OCI image specification 1.1, "manifest", "index", "config"). */
const DESCRIPTOR = v.looseObject({
  mediaType: v.string(),
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  size: v.number(),
});

export const MANIFEST = v.looseObject({ config: DESCRIPTOR, layers: v.array(DESCRIPTOR) });

export const INDEX = v.looseObject({
  manifests: v.array(
    v.looseObject({
      ...DESCRIPTOR.entries,
      platform: v.optional(v.looseObject({ os: v.string(), architecture: v.string() })),
      annotations: v.optional(v.record(v.string(), v.string())),
    }),
  ),
});

export const CONFIG = v.looseObject({
  architecture: v.string(),
  os: v.string(),
  config: v.optional(v.nullable(v.looseObject({ Entrypoint: v.optional(v.nullable(v.array(v.string()))) }))),
  rootfs: v.looseObject({ diff_ids: v.array(v.string()) }),
  history: v.optional(v.array(v.looseObject({}))),
});

export type Descriptor = v.InferOutput<typeof DESCRIPTOR>;
export type ImageConfig = v.InferOutput<typeof CONFIG>;

export const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** As images spell what Rust calls x86_64 and aarch64. */
export function imageArchitecture(architecture: Architecture): string {
  return architecture === 'aarch64' ? 'arm64' : 'amd64';
}

export interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export interface ImagePlan {
  /** What the function's layer is put upon; none for scratch. */
  readonly base: { readonly config: ImageConfig; readonly layers: readonly Descriptor[] } | undefined;
  readonly architecture: Architecture;
  /** The one layer that is ours, as a tar and compressed. */
  readonly tar: Uint8Array;
  readonly gzip: Uint8Array;
  /** Where the function lies in it: absolute. */
  readonly program: string;
  /** What AWS shows as the handler. */
  readonly handler: string;
}

/** AWS's own base images start what lies at /var/runtime/bootstrap, on Lambda and with its emulator elsewhere. */
const AWS_ENTRYPOINT = '/lambda-entrypoint.sh';
const EPOCH = '1970-01-01T00:00:00Z';

/** The blobs of an image, all but those of the base, and the index that names it: the same bytes for the same parts. */
export function imageOf(plan: ImagePlan): { readonly blobs: readonly Blob[]; readonly index: string } {
  const { base, architecture, tar, gzip } = plan;
  const layer = blob(MEDIA.layer, gzip);
  const config = jsonBlob(MEDIA.config, configOf(plan, digestOf(tar)));
  const layers = [...(base?.layers ?? []).map(asOci), layer.descriptor];
  const manifest = jsonBlob(MEDIA.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: config.descriptor,
    layers,
  });
  const platform = { architecture: imageArchitecture(architecture), os: 'linux' };
  const named = { 'org.opencontainers.image.ref.name': 'latest' };
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: [{ ...manifest.descriptor, platform, annotations: named }],
  };
  return { blobs: [layer, config, manifest], index: JSON.stringify(index) };
}

function configOf({ base, architecture, program, handler }: ImagePlan, diffId: string): unknown {
  const inherited = base?.config.config ?? {};
  const keeps = inherited.Entrypoint?.[0] === AWS_ENTRYPOINT;
  const { Cmd: _, ...rest } = inherited as Record<string, unknown>;
  return {
    ...base?.config,
    created: EPOCH,
    architecture: imageArchitecture(architecture),
    os: 'linux',
    config: {
      ...rest,
      ...(keeps ? { Cmd: [handler] } : { Entrypoint: [program] }),
      WorkingDir: rest['WorkingDir'] || '/var/task',
    },
    rootfs: { type: 'layers', diff_ids: [...(base?.config.rootfs.diff_ids ?? []), diffId] },
    history: [...(base?.config.history ?? []), { created: EPOCH, created_by: 'crablet build' }],
  };
}

/** A layer is the same whoever names it. */
function asOci(descriptor: Descriptor): Descriptor {
  const { mediaType, digest, size } = descriptor;
  return { mediaType: mediaType === MEDIA.dockerLayer ? MEDIA.layer : mediaType, digest, size };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function blob(mediaType: string, bytes: Uint8Array): Blob {
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } };
}

function jsonBlob(mediaType: string, value: unknown): Blob {
  return blob(mediaType, Buffer.from(JSON.stringify(value)));
}
