import { basename } from 'node:path';
import { UserError } from '../errors.js';
import { builtInFiles, type SampleEvent } from './built-in.js';
import type { Names, ProjectKind } from './kind.js';
import type { TemplateFile } from './render.js';
import { addFiles, entriesOf, existing, writeNewFolder } from './write.js';

export interface CreateRequest {
  /** Absolute. */
  readonly folder: string;
  readonly names: Names;
  readonly kind: ProjectKind;
  readonly sample?: SampleEvent | undefined;
  /** `new` makes a folder, `init` completes one. */
  readonly mode: 'new' | 'init';
  readonly interrupted: AbortSignal;
}

export interface Created {
  readonly folder: string;
  /** What was made, relative to the folder, sorted. */
  readonly files: readonly string[];
  /** What was there already and is as it was (`init` only). */
  readonly kept: readonly string[];
}

/** Makes the project, all of it or nothing; files that exist are never touched. */
export async function createProject(request: CreateRequest): Promise<Created> {
  const files = await builtInFiles(request.kind, request.names, {
    sample: request.sample,
    workspaceMember: false,
  });
  return request.mode === 'new' ? newFolder(request, files) : intoFolder(request, files);
}

async function newFolder({ folder, interrupted }: CreateRequest, files: TemplateFile[]): Promise<Created> {
  const there = await entriesOf(folder);
  if (there === undefined || there.length === 0) {
    await writeNewFolder(folder, files, interrupted);
  } else {
    const conflicts = await existing(folder, files);
    if (conflicts.length > 0) throw wouldOverwrite(folder, conflicts);
    await addFiles(folder, files, interrupted);
  }
  return { folder, files: files.map(({ path }) => path), kept: [] };
}

/** Code and the manifest belong together; what else is there, such as a README.md, may stay. */
async function intoFolder({ folder, interrupted }: CreateRequest, files: TemplateFile[]): Promise<Created> {
  const there = await existing(folder, files);
  if (there.includes('Cargo.toml')) {
    throw new UserError('usage.exists', {
      what: `${folder} has a Cargo.toml already.`,
      fix: `Make the function beside it: crablet new ${basename(folder)}-function`,
    });
  }
  const conflicts = there.filter((path) => path.endsWith('.rs') || path.endsWith('Cargo.toml'));
  if (conflicts.length > 0) throw wouldOverwrite(folder, conflicts);
  const missing = files.filter(({ path }) => !there.includes(path));
  await addFiles(folder, missing, interrupted);
  return { folder, files: missing.map(({ path }) => path), kept: there };
}

function wouldOverwrite(folder: string, conflicts: readonly string[]): UserError {
  const [some, more] = [conflicts.slice(0, 5).join(', '), conflicts.length - 5];
  return new UserError('usage.exists', {
    what: `${folder} has files that would be overwritten: ${some}${more > 0 ? ` and ${more} more` : ''}.`,
    fix: `Choose another name, or move them away: mv ${folder} ${folder}.old`,
  });
}
