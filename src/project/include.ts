import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import type { Layer } from './layer.js';
import type { Include } from './project.js';

/** What goes into the zip: `build.include` and `deploy.include` of the strongest layer that has each, or with `admerge` of all. */
export function includesOf(layers: readonly Layer[], admerge: boolean, workspaceRoot: string): Include[] {
  const found = entriesOf(layers, admerge)
    .filter(({ entry }) => !entry.startsWith('!'))
    .map(({ entry, layer }) => readInclude(entry, layer, workspaceRoot));
  return found.filter(
    (one, index) => found.findIndex((other) => other.name === one.name && other.path === one.path) === index,
  );
}

/** What is left out of folders: entries such as `!*.map`, patterns as in `.gitignore`, of names inside the zip. */
export function excludesOf(layers: readonly Layer[], admerge: boolean): string[] {
  const patterns = entriesOf(layers, admerge).filter(({ entry }) => entry.startsWith('!'));
  return [...new Set(patterns.map(({ entry }) => entry.slice(1)))];
}

function entriesOf(
  layers: readonly Layer[],
  admerge: boolean,
): { readonly entry: string; readonly layer: Layer }[] {
  return (['build', 'deploy'] as const).flatMap((section) => {
    const having = layers.filter(({ sections }) => sections[section].values['include'] !== undefined);
    return (admerge ? having : having.slice(-1)).flatMap((layer) => {
      const entries = layer.sections[section].values['include'] as readonly string[];
      return entries.map((entry) => ({ entry, layer }));
    });
  });
}

/** `PATH` keeps its path inside the zip; `NAME:PATH` gives another one. */
function readInclude(entry: string, layer: Layer, workspaceRoot: string): Include {
  // What a script's empty variable leaves would be the whole folder, with all that is secret in it.
  if (entry === '') {
    throw new UserError('usage.arguments', {
      what: 'An entry of include is empty: it names no file.',
      fix: 'Write the path of a file or folder. All that is here is: --include .',
    });
  }
  // `C:\assets` is a path with its drive.
  const split = /^(?![A-Za-z]:[\\/])([^:]+):(.+)$/.exec(entry);
  const name = split?.[1] ?? entry;
  return { name: insideZip(name), path: placeOf(split?.[2] ?? entry, layer, workspaceRoot) };
}

/**
 * From the folder of the file that names it. Cargo Lambda takes what a package names from where it is started, which for
 * a workspace is mostly its root: where only that has it, it is meant.
 */
function placeOf(path: string, { source, directory }: Layer, workspaceRoot: string): string {
  const own = resolve(directory, path);
  const fromRoot = resolve(workspaceRoot, path);
  return source.startsWith('package') && !existsSync(own) && existsSync(fromRoot) ? fromRoot : own;
}

function insideZip(name: string): string {
  const parts = name.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/');
}
