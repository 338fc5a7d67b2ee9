import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it, as `mkdir -p` does; nothing happens when it is there. For folders that people name:
 * Node.js's own way (`recursive`) never comes back from one that the system does not let anybody make, such as /proc/x,
 * and what does not come back cannot be interrupted either.
 * @returns the first folder that was made, undefined when all were there
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    const first = await makeFolder(above);
    const last = await makeOne(path);
    return first ?? last;
  }
}

async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory();
    if (!isThere) throw error;
    return undefined;
  }
}
