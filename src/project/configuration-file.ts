import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { UserError } from '../errors.js';
import { SECTIONS } from './keys.js';
import { type Layer, type Place, readLayer } from './layer.js';
import { table } from './local-manifests.js';
import { nearest } from './nearest.js';

const SECTION_NAMES = ['env', ...Object.keys(SECTIONS)];

/** Tables of CargoLambda.toml that are for others: `[template]` belongs to `crablet new`. */
const OTHER_TABLES = ['template'];

export interface FileRequest {
  readonly cwd: string;
  readonly workspaceRoot: string;
  /** A file that was asked for by name, and must exist. */
  readonly file?: string | undefined;
  readonly context?: string | undefined;
}

/** CargoLambda.toml: its plain tables, then `[default.*]`, then those of the context, each over the one before. */
export async function readConfigurationFile(
  request: FileRequest,
): Promise<{ readonly layers: readonly Layer[]; readonly candidates: readonly string[] }> {
  const { cwd, workspaceRoot, context } = request;
  const candidates = request.file
    ? [resolve(cwd, request.file)]
    : [...new Set([join(cwd, 'CargoLambda.toml'), join(workspaceRoot, 'CargoLambda.toml')])];
  for (const file of candidates) {
    const text = await readIfThere(file);
    if (text !== undefined) return { layers: layersOf(parseToml(text, file), file, request), candidates };
  }
  if (request.file) {
    throw new UserError('environment.file', {
      what: `There is no configuration file ${candidates[0]}.`,
      fix: 'Name a file that exists with --global (or CARGO_LAMBDA_GLOBAL), or leave it out.',
    });
  }
  if (context) throw unknownContext(context, [], candidates[0] ?? 'CargoLambda.toml');
  return { layers: [], candidates };
}

function layersOf(
  toml: Readonly<Record<string, unknown>>,
  file: string,
  { cwd, context }: FileRequest,
): Layer[] {
  const place: Place = { source: 'file', file: relative(cwd, file), directory: dirname(file), table: '' };
  const contexts = Object.keys(toml).filter((key) => isContext(toml[key]) && !SECTION_NAMES.includes(key));
  const layers = [readLayer(toml, place, [...OTHER_TABLES, ...contexts])];
  if (!context) return layers;
  if (!contexts.includes(context)) throw unknownContext(context, contexts, place.file);
  for (const name of context === 'default' ? ['default'] : ['default', context]) {
    if (contexts.includes(name)) layers.push(readLayer(toml[name], { ...place, table: name }));
  }
  return layers;
}

/** A context is a table that holds nothing but sections; anything else is taken for a misspelt key. */
function isContext(value: unknown): boolean {
  const keys = Object.keys(table(value));
  return keys.length > 0 && keys.every((key) => SECTION_NAMES.includes(key));
}

function unknownContext(context: string, contexts: readonly string[], file: string): UserError {
  const close = nearest(context, contexts);
  return new UserError('project.configuration', {
    what: contexts.length
      ? `There is no context '${context}' in ${file}; there are: ${contexts.join(', ')}.`
      : `There is no context '${context}': ${file} has none.`,
    fix: close ? `Write --context ${close}` : `Add its tables to ${file}, such as [${context}.deploy].`,
  });
}

function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError('project.configuration', {
      what: `${file} is not valid TOML: ${(error as Error).message.trim()}`,
      fix: 'Mend the line that is shown.',
      cause: error,
    });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new UserError('environment.file', {
      what: `${file} cannot be read: ${(error as Error).message}.`,
      fix: 'Make it readable, or name another file with --global.',
      cause: error,
    });
  }
}
