import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors.js';

/** A file that is started beside the runtime: on AWS, one in a layer's `extensions/`, which is /opt/extensions there. */
export interface ExternalExtension {
  /** The file's name: what it has to register as. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Every file in the layers' `extensions/` and every one that is named, in the order in which AWS starts them: that of
 * a folder's listing (RIE: internal/lambda/agents/agent.go). Of files with one name the last one counts, as it would
 * when layers are unpacked over each other.
 * @param layers folders as they would be unpacked into /opt
 * @throws UserError for a folder or file that is not there
 */
export function externalExtensions(
  layers: readonly string[],
  files: readonly string[],
): readonly ExternalExtension[] {
  const found = [...layers.flatMap(inLayer), ...files.map(asExtension)];
  const byName = new Map(found.map((path) => [basename(path), path]));
  return [...byName].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function inLayer(layer: string): string[] {
  const folder = resolve(layer);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    throw new UserError('environment.file', {
      what: found ? `The layer ${layer} is no folder.` : `There is no layer folder ${layer}.`,
      fix: folder.endsWith('.zip')
        ? `Unpack it, and name the folder: unzip ${layer} -d LAYER, then --layer LAYER`
        : 'Name a folder with what AWS would unpack into /opt, such as extensions/NAME: --layer FOLDER',
    });
  }
  return entries(join(folder, 'extensions'))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(folder, 'extensions', entry.name));
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function asExtension(file: string): string {
  const path = resolve(file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new UserError('environment.file', {
    what: `There is no extension ${file}.`,
    fix: `Build it (crablet build --extension), and name its program: --extension target/lambda/extensions/${basename(path)}`,
  });
}
