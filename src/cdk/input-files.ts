import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { DescribedPackage, Description } from '../project/describe.js';
import { fileHash, namesIn, readText } from './content-hash.js';
import { type LockFile, lockedFor, parseLock } from './lock-file.js';
import { mentionsIn } from './mentions.js';
import { packageFiles } from './package-files.js';

export interface InputFiles {
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly hash: string }[];
  /** Environment variables that sources name. */
  readonly variables: ReadonlySet<string>;
}

/** The local packages that one is compiled from: itself, and what it uses, and what those use. */
export function packagesOf(owner: DescribedPackage, description: Description): DescribedPackage[] {
  const byRoot = new Map(description.packages.map((one) => [one.root, one]));
  const reached = new Set<DescribedPackage>();
  const waiting = [owner.root, ...description.replacements];
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    const one = byRoot.get(root);
    if (!one || reached.has(one)) continue;
    reached.add(one);
    waiting.push(...one.uses);
  }
  return [...reached];
}

/** Every file that decides what the packages become, with its content's hash; each file is read once for all functions. */
export class InputReader {
  private readonly packages = new Map<string, InputFiles>();
  private lock: LockFile | undefined;

  filesOf(
    packages: readonly DescribedPackage[],
    description: Description,
    additional: readonly string[],
  ): InputFiles {
    const parts = packages.map((one) => this.filesOfPackage(one.root));
    const fixed = [join(description.workspaceRoot, 'Cargo.toml')];
    const more = [...fixed, ...additional.flatMap(everythingBelow)].flatMap(hashed);
    const all = new Map([...parts.flatMap(({ files }) => files), ...more].map((one) => [one.path, one]));
    return {
      files: [...all.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
      variables: new Set(parts.flatMap(({ variables }) => [...variables])),
    };
  }

  /** The crates of a lock file that some packages are made of; undefined when there is none. */
  lockedFor(lockfile: string, names: readonly string[]): unknown {
    const text = readText(lockfile);
    if (text === undefined) return undefined;
    if (this.lock?.text !== text) this.lock = parseLock(text);
    return lockedFor(this.lock, names);
  }

  private filesOfPackage(root: string): InputFiles {
    const known = this.packages.get(root);
    if (known) return known;
    const found = readPackage(root);
    this.packages.set(root, found);
    return found;
  }
}

function readPackage(root: string): InputFiles {
  const known = new Set<string>();
  const variables = new Set<string>();
  const files: { path: string; hash: string }[] = [];
  const waiting = packageFiles(root);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (known.has(path)) continue;
    known.add(path);
    files.push(...hashed(path));
    if (!path.endsWith('.rs')) continue;
    const mentions = mentionsIn(readText(path) ?? '', path, root);
    for (const name of mentions.variables) variables.add(name);
    waiting.push(...mentions.files);
  }
  return { files, variables };
}

function hashed(path: string): { path: string; hash: string }[] {
  const hash = fileHash(path);
  return hash === undefined ? [] : [{ path, hash }];
}

function everythingBelow(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return namesIn(path).flatMap(({ name }) => everythingBelow(join(path, name)));
}

/** A file as every checkout has it, with the slashes of every system. */
export function placeOf(path: string, workspaceRoot: string): string {
  return relative(workspaceRoot, path).replaceAll('\\', '/');
}

export function additionalPaths(manifest: string, named: readonly string[]): string[] {
  return named.map((one) => resolve(dirname(manifest), one));
}
