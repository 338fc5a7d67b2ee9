import { join, relative } from 'node:path';
import { isFile, namesIn } from './content-hash.js';

/** Folders that hold what is made, what is installed, or what another program keeps. */
const NEVER = new Set([
  'target',
  'node_modules',
  'cdk.out',
  'tests',
  'benches',
  '__pycache__',
  '__snapshots__',
]);
/** Of folders whose names begin with a dot this one is read by a macro; cargo's configuration is counted by itself. */
const DOTTED = new Set(['.sqlx']);
/** What editors leave, and what tells of a crate but is no part of it. */
const NOT_SOURCES = /(~|\.sw[op]|\.orig|\.rej|\.md|\.snap)$|^(\.#.*|#.*#|\.DS_Store|\.git.*|LICEN[CS]E.*)$/i;
/** Where a CDK app lies in the same folder as the crate. */
const NOT_OF_THE_CRATE =
  /\.([cm]?[jt]sx?|pyc?)$|^(package(-lock)?|tsconfig.*|cdk|cdk\.context|biome|jest\.config.*)\.json$|^(yarn\.lock|pnpm-.*\.yaml)$/;

/**
 * The files of a crate that a build may depend on: all of its folder, as cargo itself looks at all of it for a build
 * script that names nothing, but for what is made from them, for tests, and for other crates in folders below.
 */
export function packageFiles(root: string): string[] {
  const hasApp = isFile(join(root, 'package.json')) || isFile(join(root, 'cdk.json'));
  return filesIn(root, root, hasApp);
}

function filesIn(folder: string, root: string, hasApp: boolean): string[] {
  return namesIn(folder).flatMap(({ name, isFolder }) => {
    const path = join(folder, name);
    if (isFolder) return isCrateFolder(path, name) ? filesIn(path, root, hasApp) : [];
    return isSource(name, relative(root, path), hasApp) ? [path] : [];
  });
}

function isCrateFolder(path: string, name: string): boolean {
  if (NEVER.has(name) || (name.startsWith('.') && !DOTTED.has(name))) return false;
  // Another crate is counted where it is used; a folder that cargo or another cache marks so is no source.
  return !isFile(join(path, 'Cargo.toml')) && !isFile(join(path, 'CACHEDIR.TAG'));
}

function isSource(name: string, inRoot: string, hasApp: boolean): boolean {
  if (NOT_SOURCES.test(name) || inRoot === 'Cargo.lock') return false;
  return !hasApp || inRoot.startsWith('src') || !NOT_OF_THE_CRATE.test(name);
}
