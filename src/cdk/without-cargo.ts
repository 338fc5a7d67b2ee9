import { basename, dirname, join } from 'node:path';
import { parse } from 'smol-toml';
import { ancestors } from '../project/ancestors.js';
import type { Description } from '../project/describe.js';
import { table } from '../project/local-manifests.js';
import { readText } from './content-hash.js';

/**
 * What a manifest says by itself, on a machine without Rust: enough for a template in a test, and for a build in a container,
 * where cargo itself has the last word.
 */
export function describeWithoutCargo(manifest: string, binaryName: string | undefined): Description {
  const root = dirname(manifest);
  const toml = tomlOf(manifest);
  const workspaceRoot = ancestors(root).find((one) => tomlOf(join(one, 'Cargo.toml'))?.['workspace']) ?? root;
  const named = table(toml?.['package'])['name'];
  const bins = toml?.['bin'];
  const declared = Array.isArray(bins) ? bins.map((one) => table(one)['name']) : [];
  const name = typeof named === 'string' ? named : basename(root);
  const binaries = [binaryName, ...declared, name].flatMap((one) => (typeof one === 'string' ? [one] : []));
  const own = {
    name,
    root,
    isMember: true,
    binaries: binaries.slice(0, 1).map((one) => ({ name: one, source: '', requiredFeatures: [] })),
    uses: [],
  };
  return {
    workspaceRoot,
    targetDirectory: join(workspaceRoot, 'target'),
    lockfile: join(workspaceRoot, 'Cargo.lock'),
    packages: [own],
    replacements: [],
  };
}

function tomlOf(manifest: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(readText(manifest) ?? '');
  } catch {
    return undefined;
  }
}
