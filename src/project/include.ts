import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import type { Layer } from './layer.js';
import type { Include } from './project.js';

/** What goes into the zip: `build.include` and `deploy.include` of the strongest layer that has each, or with `admerge` of all. */
export function includesOf(layers: readonly Layer[], admerge: boolean): Include[] {
  const found = entriesOf(layers, admerge)
    .filter(({ entry }) => !entry.startsWith('!'))
    .map(({ entry, directory }) => readInclude(entry, directory));
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
): { readonly entry: string; readonly directory: string }[] {
  return (['build', 'deploy'] as const).flatMap((section) => {
    const having = layers.filter(({ sections }) => sections[section].values['include'] !== undefined);
    return (admerge ? having : having.slice(-1)).flatMap(({ sections, directory }) => {
      const entries = sections[section].values['include'] as readonly string[];
      return entries.map((entry) => ({ entry, directory }));
    });
  });
}

/** `PATH` keeps its path inside the zip; `NAME:PATH` gives another one. */
function readInclude(entry: string, directory: string): Include {
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
  return { name: insideZip(name), path: resolve(directory, split?.[2] ?? entry) };
}

function insideZip(name: string): string {
  const parts = name.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/');
}
