import type { DescribedPackage, Description } from '../project/describe.js';
import { nearest } from '../project/nearest.js';
import type { Complaint } from './construct-error.js';

export interface ChosenBinary {
  readonly owner: DescribedPackage;
  readonly name: string;
  readonly requiredFeatures: readonly string[];
}

/**
 * The binary that a construct is made of: the one that is named, or else the only one, the `default-run`, or the one
 * that is called like its package.
 * @param folder of the manifest; that of a workspace without a package of its own stands for all members
 */
export function chooseBinary(
  description: Description,
  folder: string,
  binaryName: string | undefined,
): ChosenBinary | Complaint {
  const members = description.packages.filter(({ isMember }) => isMember);
  const own = members.filter(({ root }) => root === folder);
  const near = binariesOf(own.length > 0 ? own : members);
  if (binaryName !== undefined) {
    const found = near.filter(({ name }) => name === binaryName);
    // From the root of a workspace every member can be named.
    const anywhere = folder === description.workspaceRoot ? binariesOf(members) : near;
    const all = found.length > 0 ? found : anywhere.filter(({ name }) => name === binaryName);
    const [first, ...others] = all;
    if (first && others.length === 0) return first;
    return first ? severalOwners(binaryName, all) : unknownBinary(binaryName, folder, anywhere);
  }
  const [only, ...others] = near;
  if (!only) return nothingToRun(folder, members);
  if (others.length === 0) return only;
  const owner = own[0];
  const preferred = owner && near.find(({ name }) => name === (owner.defaultBinary ?? owner.name));
  return preferred ?? ambiguous(folder, near);
}

function binariesOf(packages: readonly DescribedPackage[]): ChosenBinary[] {
  return packages.flatMap((owner) =>
    owner.binaries.map(({ name, requiredFeatures }) => ({ owner, name, requiredFeatures })),
  );
}

const names = (binaries: readonly ChosenBinary[]) => binaries.map(({ name }) => name).sort();

function unknownBinary(wanted: string, folder: string, there: readonly ChosenBinary[]): Complaint {
  const close = nearest(wanted, names(there));
  return {
    what: `${folder} has no binary '${wanted}'; ${there.length > 0 ? `it has: ${names(there).join(', ')}` : 'it has none'}.`,
    fix: close ? `Write binaryName: '${close}'` : 'Name one of them as binaryName, or add src/bin/<name>.rs.',
  };
}

function severalOwners(wanted: string, found: readonly ChosenBinary[]): Complaint {
  const roots = found.map(({ owner }) => owner.root);
  return {
    what: `Several packages have a binary '${wanted}': ${roots.join(', ')}.`,
    fix: `Name the package: manifestPath: '${roots[0]}'`,
  };
}

function nothingToRun(folder: string, members: readonly DescribedPackage[]): Complaint {
  const elsewhere = members.find(({ binaries }) => binaries.length > 0);
  return {
    what: `${folder} has no binary that could become a function.`,
    fix: elsewhere
      ? `Another package of the workspace has: manifestPath: '${elsewhere.root}'`
      : 'Add src/main.rs, or make a function: crablet new my-function --http',
  };
}

function ambiguous(folder: string, there: readonly ChosenBinary[]): Complaint {
  return {
    what: `${folder} has several binaries: ${names(there).join(', ')}.`,
    fix: `Name one: binaryName: '${names(there)[0]}'; or take them all: RustFunction.fromWorkspace(…)`,
  };
}
