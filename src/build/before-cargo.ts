import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { shellWord } from '../process/shell-word.js';
import { type IncludedFile, includedFiles } from './included-files.js';
import type { Output } from './outputs.js';
import { foldersAbove } from './tar.js';

/** What would end a build after minutes of compiling, and can be seen before it: what is to be put together, and where. */
export async function checkBeforeCargo(outputs: readonly Output[]): Promise<void> {
  for (const output of outputs) {
    refuseTaken(await includedFiles(output.function.settings), output);
    await checkFolder(output.path);
  }
}

/** The function's own program is not an included file's to replace. */
export function refuseTaken(included: readonly IncludedFile[], output: Output): void {
  const own = included.find(({ path }) => path === output.path);
  if (own) {
    throw new UserError('usage.arguments', {
      what: `The artifact ${own.path} would have itself among its files.`,
      fix: `Leave it out: --include ${shellWord(`!${own.name}`)}, or put it elsewhere with --lambda-dir.`,
    });
  }
  const folders = foldersAbove(output.entry);
  const isTaking = ({ name }: IncludedFile) =>
    name === output.entry || name.startsWith(`${output.entry}/`) || folders.includes(name);
  const taking = output.format === 'oci' ? undefined : included.find(isTaking);
  if (!taking) return;
  throw new UserError('usage.arguments', {
    what: `An included file would take the place of ${output.entry}, which is the function itself.`,
    fix: `Give it another name: --include other-name:${taking.path}`,
  });
}

/** The folder of an artifact is made when there is one; the nearest that is there decides whether it can be. */
async function checkFolder(artifact: string): Promise<void> {
  for (let folder = dirname(artifact); ; folder = dirname(folder)) {
    const facts = await stat(folder).catch(() => undefined);
    if (!facts && folder !== dirname(folder)) continue;
    const why = facts?.isDirectory()
      ? await access(folder, constants.W_OK).then(() => undefined, messageOf)
      : 'it is no folder';
    if (why === undefined) return;
    throw new UserError('environment.file', {
      what: `${artifact} cannot be written, because of ${folder}: ${why}.`,
      fix: 'Make room or make the folder writable, or choose another with --lambda-dir.',
    });
  }
}

function messageOf(error: Error): string {
  return error.message;
}
