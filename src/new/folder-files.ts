import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { TemplateFile } from './render.js';

/** Left out of a template that is a folder: what git and cargo keep there is not part of it. */
const SKIPPED = new Set(['.git', 'target']);

/** Every file under `folder`, sorted by path; links are not followed out of it, they are left out. */
export async function folderFiles(folder: string): Promise<TemplateFile[]> {
  const files: TemplateFile[] = [];
  const visit = async (inside: string): Promise<void> => {
    for (const entry of await readdir(inside, { withFileTypes: true })) {
      const path = join(inside, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) await visit(path);
      if (!entry.isFile()) continue;
      const executable = ((await stat(path)).mode & 0o111) !== 0;
      files.push({
        path: relative(folder, path).split(sep).join('/'),
        contents: await readFile(path),
        ...(executable ? { executable } : {}),
      });
    }
  };
  await visit(folder);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
