import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ancestors } from '../project/ancestors.js';

/** What changes with each commit and checkout, as the facts of a release name the commit; none outside of a repository. */
export async function commitFiles(folder: string): Promise<string[]> {
  for (const one of ancestors(folder)) {
    const git = join(one, '.git');
    const facts = await stat(git).catch(() => undefined);
    if (!facts) continue;
    // That of a worktree or submodule is a file, which tells where the folder is.
    const text = facts.isFile() ? await readFile(git, 'utf8').catch(() => '') : '';
    const home = facts.isFile() ? resolve(one, text.replace(/^gitdir: /, '').trim()) : git;
    return [join(home, 'HEAD'), join(home, 'logs', 'HEAD')];
  }
  return [];
}
