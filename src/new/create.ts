import { readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../errors.js';
import type { TemplateFile } from './render.js';
import { type Membership, membership, workspaceOf } from './workspace-members.js';
import { addFiles, entriesOf, existing, type Undo, writeNewFolder } from './write.js';

export interface CreateRequest {
  /** Absolute. */
  readonly folder: string;
  /** The project's files; a member of a workspace has no settings that only the workspace can have. */
  readonly files: (place: { readonly workspaceMember: boolean }) => Promise<readonly TemplateFile[]>;
  /** Whether those files are a workspace themselves, which cannot lie in another one. */
  readonly makesWorkspace: boolean;
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
  /** The workspace around the project. */
  readonly workspace?: { readonly manifest: string; readonly membership: Membership };
}

/** Makes the project, all of it or nothing; files that exist are never touched, but for a workspace's members. */
export async function createProject(request: CreateRequest): Promise<Created> {
  const workspace = await workspaceAround(request.folder);
  if (workspace && request.makesWorkspace && workspace.membership.kind !== 'excluded') {
    throw new UserError('usage.arguments', {
      what: `${request.folder} lies in the workspace of ${workspace.manifest}, and a workspace cannot hold another.`,
      fix: 'Add a function to that workspace: crablet new <name> --http',
    });
  }
  const workspaceMember = workspace !== undefined && workspace.membership.kind !== 'excluded';
  const files = await request.files({ workspaceMember });
  const { undo, ...made } = await (request.mode === 'new'
    ? newFolder(request, files)
    : intoFolder(request, files));
  if (workspace === undefined) return made;
  if (workspace.membership.kind === 'add') {
    await replaceManifest(workspace.manifest, workspace.membership.manifest).catch(async (error: unknown) => {
      await undo();
      throw error;
    });
  }
  return { ...made, workspace };
}

type Made = Created & { readonly undo: Undo };

async function newFolder(
  { folder, interrupted }: CreateRequest,
  files: readonly TemplateFile[],
): Promise<Made> {
  const there = await entriesOf(folder);
  const paths = files.map(({ path }) => path);
  if (there === undefined || there.length === 0) {
    return { folder, files: paths, kept: [], undo: await writeNewFolder(folder, files, interrupted) };
  }
  const conflicts = await existing(folder, files);
  if (conflicts.length > 0) throw wouldOverwrite(folder, conflicts);
  return { folder, files: paths, kept: [], undo: await addFiles(folder, files, interrupted) };
}

/** Code and the manifest belong together; what else is there, such as a README.md, may stay. */
async function intoFolder(
  { folder, interrupted }: CreateRequest,
  files: readonly TemplateFile[],
): Promise<Made> {
  if ((await entriesOf(folder)) === undefined) {
    throw new UserError('environment.file', {
      what: `There is no folder ${folder}.`,
      fix: `Make it with the function in it: crablet new ${folder}`,
    });
  }
  const there = await existing(folder, files);
  if (there.includes('Cargo.toml')) {
    throw new UserError('usage.exists', {
      what: `${folder} has a Cargo.toml already.`,
      fix: 'Make the function in a folder of its own: crablet new <name>',
    });
  }
  const conflicts = there.filter((path) => path.endsWith('.rs') || path.endsWith('Cargo.toml'));
  if (conflicts.length > 0) throw wouldOverwrite(folder, conflicts);
  const missing = files.filter(({ path }) => !there.includes(path));
  const undo = await addFiles(folder, missing, interrupted);
  return { folder, files: missing.map(({ path }) => path), kept: there, undo };
}

/** The workspace that cargo would find: the first manifest above with a `[workspace]` table. */
async function workspaceAround(folder: string): Promise<Created['workspace']> {
  for (let above = dirname(folder); ; above = dirname(above)) {
    const manifest = join(above, 'Cargo.toml');
    const text = await readFile(manifest, 'utf8').catch(() => undefined);
    if (text !== undefined && workspaceOf(text)) {
      return { manifest, membership: membership(text, relative(above, folder).split(sep).join('/')) };
    }
    if (dirname(above) === above) return undefined;
  }
}

async function replaceManifest(manifest: string, text: string): Promise<void> {
  try {
    const file = await realpath(manifest);
    const beside = `${file}.crablet-${process.pid}`;
    await writeFile(beside, text, { flag: 'wx', mode: (await stat(file)).mode });
    await rename(beside, file);
  } catch (error) {
    throw new UserError('environment.file', {
      what: `The workspace's manifest ${manifest} cannot be written: ${(error as Error).message}`,
      fix: `Look at its permissions: ls -l ${manifest}`,
      cause: error,
    });
  }
}

function wouldOverwrite(folder: string, conflicts: readonly string[]): UserError {
  const [some, more] = [conflicts.slice(0, 5).join(', '), conflicts.length - 5];
  return new UserError('usage.exists', {
    what: `${folder} has files that would be overwritten: ${some}${more > 0 ? ` and ${more} more` : ''}.`,
    fix: `Choose another name, or move them away: mv ${folder} ${folder}.old`,
  });
}
