/** What an image is built upon, as the user names it. */
export type BaseReference =
  | { readonly kind: 'scratch' }
  /** A folder in the form of an OCI image layout, or a tar of one. */
  | { readonly kind: 'layout' | 'archive'; readonly path: string; readonly tag: string | undefined }
  | {
      readonly kind: 'registry';
      /** `https://host[:port]`; without TLS on this machine only, as Docker has it. */
      readonly origin: string;
      readonly repository: string;
      /** A tag or a digest. */
      readonly reference: string;
    };

/**
 * `scratch`, `oci:FOLDER[:TAG]`, `oci-archive:FILE[:TAG]`, or what is written behind `FROM`: `[docker://]host/name[:tag][@digest]`.
 * Undefined for what is none of them.
 */
export function parseBase(written: string): BaseReference | undefined {
  if (written === 'scratch') return { kind: 'scratch' };
  const local = /^(oci|oci-archive):(.+?)(?::([\w][\w.-]*))?$/.exec(written);
  if (local) {
    const [, transport, path = '', tag] = local;
    return { kind: transport === 'oci' ? 'layout' : 'archive', path, tag };
  }
  return parseRegistry(written.replace(/^docker:\/\//, ''));
}

function parseRegistry(written: string): BaseReference | undefined {
  const [, name = '', tag, digest] =
    /^([^@\s]+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(written) ?? [];
  const [first = '', ...rest] = name.split('/');
  // Only what looks like a host is one; everything else is Docker Hub's.
  const hasHost = rest.length > 0 && /^[\w[].*[.:]|^localhost$/.test(first);
  const host = hasHost ? first : HUB;
  const path = hasHost ? rest.join('/') : rest.length > 0 ? name : `library/${name}`;
  if (!hasHost && first.startsWith('.')) return undefined;
  if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(path)) return undefined;
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
  return {
    kind: 'registry',
    origin: `${isHere ? 'http' : 'https'}://${host}`,
    repository: path,
    reference: digest ?? tag ?? 'latest',
  };
}

/** Where images live that are named without a host. */
const HUB = 'registry-1.docker.io';
