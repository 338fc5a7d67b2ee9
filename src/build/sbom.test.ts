import { describe, expect, it } from 'vitest';
import { checksumsOf, type ResolvedMetadata, type ResolvedPackage, sbomOf } from './sbom.js';

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';
const one = (name: string, change: Partial<ResolvedPackage> = {}): ResolvedPackage => ({
  id: name,
  name,
  version: '1.0.0',
  source: REGISTRY,
  ...change,
});
const uses = (id: string, ...others: [string, (string | null)[]][]) => ({
  id,
  deps: others.map(([pkg, kinds]) => ({ pkg, dep_kinds: kinds.map((kind) => ({ kind })) })),
});

const METADATA: ResolvedMetadata = {
  packages: [
    one('app', { source: null, version: '0.1.0' }),
    one('serde', { license: 'MIT/Apache-2.0', repository: 'https://example.org/serde' }),
    one('itoa'),
    one('cc'),
    one('tempfile'),
    one('forked', { source: 'git+https://example.org/forked?branch=main#abc' }),
  ],
  resolve: {
    nodes: [
      uses('app', ['serde', [null]], ['cc', ['build']], ['tempfile', ['dev']], ['forked', ['dev', null]]),
      uses('serde', ['itoa', [null]]),
      uses('itoa'),
      uses('cc'),
      uses('tempfile'),
      uses('forked'),
    ],
  },
};

const make = (metadata = METADATA) =>
  sbomOf({
    function: 'hello',
    packageName: 'app',
    metadata,
    checksums: new Map([['serde 1.0.0', 'ab12']]),
    programSha256: 'ff00',
    version: '0.1.0',
  });

describe('sbomOf', () => {
  it('names what is compiled in and what compiles it, without tests', () => {
    const sbom = JSON.parse(make());
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      metadata: {
        component: {
          name: 'hello',
          version: '0.1.0',
          'bom-ref': 'pkg:cargo/app@0.1.0',
          hashes: [{ alg: 'SHA-256', content: 'ff00' }],
        },
      },
    });
    expect(sbom.components.map(({ purl }: { purl: string }) => purl)).toEqual([
      'pkg:cargo/cc@1.0.0',
      'pkg:cargo/forked@1.0.0?vcs_url=git%2Bhttps%3A%2F%2Fexample.org%2Fforked%3Fbranch%3Dmain%23abc',
      'pkg:cargo/itoa@1.0.0',
      'pkg:cargo/serde@1.0.0',
    ]);
    expect(sbom.components.at(-1)).toMatchObject({
      hashes: [{ alg: 'SHA-256', content: 'ab12' }],
      licenses: [{ expression: 'MIT OR Apache-2.0' }],
      externalReferences: [{ type: 'vcs', url: 'https://example.org/serde' }],
    });
    expect(sbom.dependencies).toContainEqual({
      ref: 'pkg:cargo/serde@1.0.0',
      dependsOn: ['pkg:cargo/itoa@1.0.0'],
    });
  });

  it('is the same for the same input, whatever its order', () => {
    const turned = {
      packages: [...METADATA.packages].reverse(),
      resolve: { nodes: [...(METADATA.resolve?.nodes ?? [])].reverse() },
    };
    expect(make(turned)).toBe(make());
  });

  it('reads checksums from a lock file', () => {
    const lock = {
      package: [
        { name: 'a', version: '1.0.0', checksum: 'x' },
        { name: 'b', version: '0.1.0' },
      ],
    };
    expect([...checksumsOf(lock)]).toEqual([['a 1.0.0', 'x']]);
    expect([...checksumsOf({})]).toEqual([]);
  });
});
