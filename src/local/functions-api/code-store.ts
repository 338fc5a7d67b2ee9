import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Code } from '../../lambda/functions-api/configuration.js';
import { newId } from '../ids.js';
import { unzip } from './unzip.js';

/**
 * The zips of functions and layers, and what is in them, each under the hash of the zip. A folder has its name only
 * when all of it is there: what a service that was killed left half done is never taken for whole.
 */
export class CodeStore {
  private readonly making = new Map<string, Promise<void>>();

  constructor(private readonly root: string) {}

  /** @throws ApiError when the zip cannot be read, or is too large */
  async put(zip: Buffer): Promise<Code> {
    const sha = createHash('sha256').update(zip);
    const CodeSha256 = sha.digest('base64');
    await this.unpacked(CodeSha256, zip);
    return { CodeSha256, CodeSize: zip.length };
  }

  /** Where the files of a zip lie. */
  folder(codeSha256: string): string {
    return join(this.root, nameOf(codeSha256), 'files');
  }

  zip(codeSha256: string): Promise<Buffer> {
    return readFile(this.zipPath(codeSha256));
  }

  zipPath(codeSha256: string): string {
    return join(this.root, nameOf(codeSha256), 'code.zip');
  }

  /**
   * Removes what nobody needs any more.
   * @param untouchedMs how old it has to be: what is new may be about to be needed
   */
  async keepOnly(needed: Iterable<string>, untouchedMs: number): Promise<void> {
    const names = new Set([...needed].map(nameOf));
    const there = await readdir(this.root).catch(() => []);
    for (const name of there.filter((one) => !names.has(one))) {
      const place = join(this.root, name);
      const found = await stat(place).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs >= untouchedMs)
        await rm(place, { recursive: true, force: true });
    }
  }

  private async unpacked(codeSha256: string, zip: Buffer): Promise<void> {
    const name = nameOf(codeSha256);
    const running = this.making.get(name);
    if (running) return running;
    const made = this.make(name, zip).finally(() => this.making.delete(name));
    this.making.set(name, made);
    return made;
  }

  private async make(name: string, zip: Buffer): Promise<void> {
    const place = join(this.root, name);
    if (await stat(place).catch(() => undefined)) {
      const now = new Date();
      return utimes(place, now, now);
    }
    const unfinished = join(this.root, `unfinished-${newId()}`);
    try {
      await mkdir(join(unfinished, 'files'), { recursive: true });
      await unzip(zip, join(unfinished, 'files'));
      await writeFile(join(unfinished, 'code.zip'), zip, { flush: true });
      await rename(unfinished, place);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  }
}

/** Base64 has characters that names of files have not. */
function nameOf(codeSha256: string): string {
  return Buffer.from(codeSha256, 'base64').toString('hex');
}
