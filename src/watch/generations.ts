import { constants } from 'node:fs';
import { copyFile, link, readdir, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact } from '../local/environment-process.js';
import { makeFolder } from '../make-folder.js';
import { shellWord } from '../process/shell-word.js';
import type { Include } from '../project/project.js';

/** How an executable is run. */
interface How {
  readonly file?: string;
  readonly emulator?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
}

/**
 * The built versions that a watch session serves, each in a folder of its own: cargo replaces its files with every
 * build, and what runs must not change under a running process. The folder lies in the target folder, so that a
 * hard link is enough and nothing is copied.
 */
export class Generations {
  private readonly root: string;
  private count = 0;

  constructor(private readonly lambdaFolder: string) {
    this.root = join(lambdaFolder, '.watch', String(process.pid));
  }

  /**
   * Makes a generation of an executable that cargo has finished.
   * @param how.file its name there; debuggers find processes by it
   * @param how.emulator the command that runs it, when this machine cannot
   * @param how.args what it is given to read
   */
  async make(
    functionName: string,
    executable: string,
    include: readonly Include[],
    { file = 'bootstrap', emulator = [], args = [] }: How = {},
  ): Promise<Artifact> {
    this.count += 1;
    const taskRoot = join(this.root, String(this.count), functionName);
    await makeFolder(taskRoot);
    const bootstrap = join(taskRoot, file);
    if (emulator.length + args.length > 0) await putScript(executable, bootstrap, emulator, args);
    else await put(executable, bootstrap);
    for (const { name, path } of include) {
      const place = join(taskRoot, name);
      await makeFolder(dirname(place));
      await symlink(path, place);
    }
    return { bootstrap, taskRoot };
  }

  /** Makes a generation of an extension, under the name that it has to register as. */
  async makeExtension(name: string, executable: string): Promise<string> {
    this.count += 1;
    const folder = join(this.root, String(this.count), 'extensions');
    await makeFolder(folder);
    const program = join(folder, name);
    await put(executable, program);
    return program;
  }

  /** Removes what earlier sessions left that were killed. */
  async removeStale(): Promise<void> {
    const sessions = await readdir(join(this.lambdaFolder, '.watch')).catch(() => []);
    const stale = sessions.filter((pid) => !isAlive(Number(pid)));
    await Promise.all(
      stale.map((pid) => rm(join(this.lambdaFolder, '.watch', pid), { recursive: true, force: true })),
    );
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
    await rmdir(join(this.lambdaFolder, '.watch')).catch(() => {});
  }
}

async function put(executable: string, place: string): Promise<void> {
  await link(executable, place).catch(() => copyFile(executable, place, constants.COPYFILE_FICLONE));
}

/** The bootstrap is then a script that runs it, and what shells add to variables is not there; it does not outlive its start. */
async function putScript(
  executable: string,
  place: string,
  emulator: readonly string[],
  args: readonly string[],
): Promise<void> {
  await put(executable, join(dirname(place), PROGRAM));
  const command = [...emulator.map(shellWord), `"\${0%/*}/${PROGRAM}"`, ...args.map(shellWord)];
  await writeFile(place, `#!/bin/sh\nunset PWD OLDPWD SHLVL\nexec ${command.join(' ')}\n`, { mode: 0o755 });
}

const PROGRAM = '.bootstrap';

/** What tells one build of an executable from another without reading it. */
export async function fingerprint(executable: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(executable);
  return `${ino}:${mtimeMs}:${size}`;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
