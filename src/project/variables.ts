import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import { RESERVED_NAMES } from '../lambda/environment-variables.js';
import { parseEnvFile } from './env-file.js';
import type { Section } from './keys.js';
import type { Variables } from './kinds.js';
import type { Layer } from './layer.js';

export interface VariablesRequest {
  readonly layers: readonly Layer[];
  readonly section: Section;
  readonly workspaceRoot: string;
}

/**
 * The variables for one section, and the files they came from: `[…lambda.env]`, then layer by layer the
 * environment file and the single variables. `build` gets its own only: they are for cargo, not for the function.
 */
export async function collectVariables(
  request: VariablesRequest,
): Promise<{ readonly variables: Variables; readonly file?: string }> {
  const { layers, section } = request;
  const variables: Record<string, unknown> = {};
  if (section !== 'build') for (const layer of layers) Object.assign(variables, layer.env.values);
  // Of several environment files the strongest counts, as with every setting that is one value.
  const fileLayer = layers.findLast((layer) => layer.sections[section].values['env_file'] !== undefined);
  let file: string | undefined;
  for (const layer of layers) {
    if (layer === fileLayer) {
      const read = await readEnvFile(layer, request);
      file = read.file;
      Object.assign(variables, read.variables);
    }
    Object.assign(variables, layer.sections[section].values['env_var']);
  }
  if (section !== 'build') refuseReserved(Object.keys(variables));
  return { variables: variables as Variables, ...(file !== undefined && { file }) };
}

async function readEnvFile(
  layer: Layer,
  { section, workspaceRoot }: VariablesRequest,
): Promise<{ file: string; variables: Variables }> {
  const named = String(layer.sections[section].values['env_file']);
  const place = layer.sections[section].origins['env_file']?.place ?? '--env-file';
  // Cargo Lambda reads it from where it was started, which for a workspace is mostly its root.
  const candidates = [...new Set([resolve(layer.directory, named), resolve(workspaceRoot, named)])];
  for (const file of candidates) {
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const result = parseEnvFile(text);
    if ('variables' in result) return { file, variables: result.variables };
    throw new UserError('project.configuration', {
      what: `${file}, line ${result.line}: ${result.why}.`,
      fix: 'Write each variable as NAME=value, with quotes around a value that has line breaks.',
    });
  }
  throw new UserError('environment.file', {
    what: `There is no environment file ${candidates.join(' or ')}, which ${place} names.`,
    fix: `Make the file, or take it out of ${place}.`,
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError('environment.file', {
      what: `The environment file ${file} cannot be read: ${(error as Error).message}.`,
      fix: `Name a file that you may read, one that holds NAME=value lines.`,
      cause: error,
    });
  }
}

function refuseReserved(names: readonly string[]): void {
  const reserved = names.filter((name) => RESERVED_NAMES.has(name));
  if (reserved.length === 0) return;
  throw new UserError('project.configuration', {
    what: `AWS Lambda sets ${reserved.join(', ')} itself and refuses a function that sets ${reserved.length > 1 ? 'them' : 'it'} too.`,
    fix: `Take ${reserved.join(', ')} out of the function's variables, or choose another name.`,
  });
}
