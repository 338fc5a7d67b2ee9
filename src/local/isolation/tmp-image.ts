import { closeSync, mkdtempSync, openSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../process/run.js';

/** An empty file system of a size, to be copied: an open file without a name, so that nothing of it can be left. */
export interface Template {
  /** For a program that we start: the way to the file while we live. */
  readonly path: string;
}

/**
 * File systems for /tmp that have a size and count for nobody's memory: ext4 in a file. A file system in memory would
 * have a size too, but what is written to it counts for the function's memory, which has less of it than of /tmp.
 * Only root can mount them.
 */
export class TmpImages {
  private readonly templates = new Map<number, Promise<Template>>();
  private readonly opened: number[] = [];

  /** @throws Error with what mke2fs or mount said, when this machine cannot do it */
  template(sizeMb: number): Promise<Template> {
    let template = this.templates.get(sizeMb);
    if (!template) {
      template = makeTemplate(sizeMb).then((fd) => {
        this.opened.push(fd);
        return { path: `/proc/${process.pid}/fd/${fd}` };
      });
      this.templates.set(sizeMb, template);
    }
    return template;
  }

  close(): void {
    for (const fd of this.opened.splice(0)) closeSync(fd);
  }
}

/** statfs(2): a file in memory would count for the function's after all. */
const TMPFS_MAGIC = 0x01021994;

/** A folder on a disk for images. */
export function diskFolder(preferred: string): string {
  return statfsSync(preferred).type === TMPFS_MAGIC ? '/var/tmp' : preferred;
}

const MADE = [
  'image=$1 size=$2 folder=$3',
  // No journal: nothing of it is needed after a crash. Nothing reserved: all of it is the function's.
  'mke2fs -q -F -t ext4 -N 65536 -O ^has_journal,^resize_inode -E lazy_itable_init=1,nodiscard -m 0 "$image" "$size"',
  'mkdir "$folder"',
  'mount -t ext4 -o loop "$image" "$folder"',
  'rmdir "$folder/lost+found"',
  'chmod 1777 "$folder"',
  'umount "$folder"',
].join(' && ');

async function makeTemplate(sizeMb: number): Promise<number> {
  const folder = mkdtempSync(join(diskFolder(tmpdir()), 'crablet-image-'));
  const image = join(folder, 'image');
  let complaints = '';
  try {
    // Mounts that nobody else sees, and that end with the shell.
    const shell = ['--mount', '--propagation', 'private', '/bin/sh', '-c', MADE, 'crablet'];
    const end = await run({
      program: 'unshare',
      argv: [...shell, image, `${sizeMb}M`, join(folder, 'mounted')],
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      onStderr: (text) => {
        complaints += text;
      },
    });
    if (end.kind !== 'exited' || end.code !== 0)
      throw new Error(complaints.trim() || 'mke2fs or mount failed');
    return openSync(image, 'r');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
