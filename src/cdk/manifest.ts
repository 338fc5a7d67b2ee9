import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import type { Complaint } from './construct-error.js';

/** The manifest that `manifestPath` names, absolute; or what is wrong with it. */
export function findManifest(manifestPath: string | undefined, from: string): string | Complaint {
  const named = resolve(from, manifestPath ?? 'Cargo.toml');
  const kind = kindOf(named);
  if (kind === 'file') return basename(named) === 'Cargo.toml' ? realpathSync(named) : notAManifest(named);
  const inside = join(named, 'Cargo.toml');
  if (kind === 'folder' && kindOf(inside) === 'file') return realpathSync(inside);
  return missing(manifestPath, kind === 'folder' ? named : dirname(named), from);
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts?.isFile() ? 'file' : facts?.isDirectory() ? 'folder' : undefined;
}

function notAManifest(path: string): Complaint {
  const holder = ancestors(dirname(path)).find((one) => kindOf(join(one, 'Cargo.toml')) === 'file');
  return {
    what: `manifestPath is ${path}, which is not a Cargo.toml.`,
    fix: `Name the folder or its Cargo.toml: manifestPath: '${holder ?? dirname(path)}'`,
  };
}

function missing(manifestPath: string | undefined, folder: string, from: string): Complaint {
  if (manifestPath === undefined) {
    return {
      what: `There is no Cargo.toml in ${from}, and no manifestPath is given.`,
      fix: "Tell where it is, relative to that folder: manifestPath: 'path/to/crate'",
    };
  }
  const close = manifestsBelow(folder)[0] ?? manifestsBelow(from)[0];
  return {
    what: `There is no Cargo.toml at manifestPath '${manifestPath}' (${resolve(from, manifestPath)}).`,
    fix: close
      ? `There is one in ${close}: manifestPath: '${close}'`
      : `manifestPath is relative to ${from}, where the CDK app runs; name the folder of a Cargo.toml.`,
  };
}

/** Folders in a folder that have a manifest: what was probably meant. */
function manifestsBelow(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => kindOf(join(path, 'Cargo.toml')) === 'file')
      .sort();
  } catch {
    return [];
  }
}
