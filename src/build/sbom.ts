import { createHash } from 'node:crypto';

/** As much of `cargo metadata` as a bill of materials is made of. */
export interface ResolvedMetadata {
  readonly packages: readonly ResolvedPackage[];
  readonly resolve: { readonly nodes: readonly ResolvedNode[] } | null;
}

export interface ResolvedPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly source: string | null;
  readonly license?: string | null;
  readonly description?: string | null;
  readonly repository?: string | null;
}

interface ResolvedNode {
  readonly id: string;
  readonly deps: readonly {
    readonly pkg: string;
    readonly dep_kinds: readonly { readonly kind: string | null }[];
  }[];
}

export interface SbomRequest {
  readonly function: string;
  readonly packageName: string;
  readonly metadata: ResolvedMetadata;
  /** SHA-256 of each crate by `name version`, as the lock file has them. */
  readonly checksums: ReadonlyMap<string, string>;
  /** SHA-256 of the program, hexadecimal. */
  readonly programSha256: string;
  readonly version: string;
}

/**
 * A bill of materials of a function: CycloneDX 1.5 in JSON (its specification, ECMA-424). What is compiled into it and
 * what compiles it, without tests; the same for the same input, so it has neither a time nor a random number.
 */
export function sbomOf(request: SbomRequest): string {
  const { metadata, packageName } = request;
  const byId = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map((metadata.resolve?.nodes ?? []).map((node) => [node.id, node]));
  const root = metadata.packages.find(({ name, source }) => name === packageName && source === null);
  const ids = reachable(root?.id, nodes);
  const components = ids
    .filter((id) => id !== root?.id)
    .flatMap((id) => byId.get(id) ?? [])
    .sort((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1))
    .map((one) => component(one, request.checksums));
  const dependencies = ids
    .flatMap((id) => {
      const one = byId.get(id);
      const dependsOn = usedBy(nodes.get(id))
        .flatMap((other) => byId.get(other) ?? [])
        .map(purlOf);
      return one ? [{ ref: purlOf(one), dependsOn: [...new Set(dependsOn)].sort() }] : [];
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
  const body = { metadata: about(request, root), components, dependencies };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: serialOf(body), version: 1, ...body }, null, 2)}\n`;
}

function about(
  { function: name, programSha256, version }: SbomRequest,
  root: ResolvedPackage | undefined,
): unknown {
  return {
    tools: { components: [{ type: 'application', name: 'crablet', version }] },
    component: {
      type: 'application',
      'bom-ref': root ? purlOf(root) : name,
      name,
      ...(root && { version: root.version }),
      hashes: [{ alg: 'SHA-256', content: programSha256 }],
    },
  };
}

function reachable(root: string | undefined, nodes: ReadonlyMap<string, ResolvedNode>): string[] {
  const seen = new Set<string>();
  const open = root === undefined ? [] : [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...usedBy(nodes.get(id)));
  }
  return [...seen];
}

/** Without what only tests use. */
function usedBy(node: ResolvedNode | undefined): string[] {
  return (node?.deps ?? []).flatMap(({ pkg, dep_kinds }) =>
    dep_kinds.some(({ kind }) => kind !== 'dev') ? [pkg] : [],
  );
}

function component(one: ResolvedPackage, checksums: ReadonlyMap<string, string>): unknown {
  const { name, version, license, description, repository } = one;
  const checksum = checksums.get(`${name} ${version}`);
  return {
    type: 'library',
    'bom-ref': purlOf(one),
    name,
    version,
    ...(description && { description: description.trim() }),
    ...(checksum !== undefined && { hashes: [{ alg: 'SHA-256', content: checksum }] }),
    // `/` is how crates spelt OR before there were expressions (cargo reference, "license").
    ...(license && { licenses: [{ expression: license.replaceAll('/', ' OR ') }] }),
    purl: purlOf(one),
    ...(repository && { externalReferences: [{ type: 'vcs', url: repository }] }),
  };
}

/** (package-url specification, type cargo). A crate of a path or of git is told apart by its qualifier. */
function purlOf({ name, version, source }: ResolvedPackage): string {
  const plain = `pkg:cargo/${name}@${encodeURIComponent(version)}`;
  const git = source?.startsWith('git+') ? source.slice('git+'.length) : undefined;
  return git === undefined ? plain : `${plain}?vcs_url=${encodeURIComponent(`git+${git}`)}`;
}

/** A UUID of the content, as RFC 9562 has it for hashes of one's own choice (version 8). */
function serialOf(body: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The crates' checksums in a lock file. */
export function checksumsOf(lock: Readonly<Record<string, unknown>>): Map<string, string> {
  const packages = Array.isArray(lock['package'])
    ? (lock['package'] as Readonly<Record<string, unknown>>[])
    : [];
  return new Map(
    packages.flatMap(({ name, version, checksum }) =>
      typeof checksum === 'string' ? [[`${name} ${version}`, checksum] as const] : [],
    ),
  );
}
