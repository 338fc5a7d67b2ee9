import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { unzipSync } from 'fflate';

/** Assets as folders: those that are zip files are unpacked, each once. */
export class Unpacked {
  private readonly byPath = new Map<string, Promise<string>>();

  constructor(private readonly folder: string) {}

  /** @param path a folder, or a zip file */
  async at(path: string): Promise<string> {
    const found = await stat(path);
    if (found.isDirectory()) return path;
    const key = `${path}\0${found.mtimeMs}`;
    const known = this.byPath.get(key);
    if (known) return known;
    const unpacked = this.unpack(path);
    this.byPath.set(key, unpacked);
    return unpacked;
  }

  private async unpack(path: string): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const folder = await mkdtemp(join(this.folder, 'unpacked-'));
    for (const [name, bytes] of Object.entries(unzipSync(await readFile(path)))) {
      const place = join(folder, name);
      // A name that leads out of the folder is none of ours.
      if (name.endsWith('/') || relative(folder, place).startsWith('..')) continue;
      await mkdir(dirname(place), { recursive: true });
      // What a zip says of modes differs by who made it; a program that is none does no harm.
      await writeFile(place, bytes, { mode: 0o755 });
    }
    return folder;
  }
}
