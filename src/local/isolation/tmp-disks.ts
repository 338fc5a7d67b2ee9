import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Holder, startHolder } from '../../process/holder.js';
import { type Reaper, reapedFolder } from '../../process/reaper.js';
import { run } from '../../process/run.js';
import type { Starting } from './background.js';

/** A holder that has the mounted file system, and waits for bubblewrap's arguments: their ends are zero bytes. */
export interface Disk {
  readonly holder: Holder;
  /** Where it is mounted, for the holder alone. */
  readonly folder: string;
}

/** How long after one was taken the next is made, in milliseconds: a burst of environments has the machine to itself. */
const PAUSE_MS = 50;

/** Says its process id when everything is in place, and stays until its stdin ends. */
export const STAY = ['/bin/sh', '-c', 'echo $$; exec cat'];

/** With mounts that nobody else sees, and that are gone with the last process that does (unshare(1)). */
const PRIVATELY = ['--mount', '--propagation', 'private', '/bin/sh', '-c'];

const MOUNTED = `cp --sparse=always "$1" "$2" && mount -t ext4 -o loop,nosuid,nodev,noatime "$2" "$3" && rm -f "$2" &&
shift 3 && exec "$@"`;

/**
 * File systems for /tmp that have a size and count for nobody's memory: ext4 in a file. A file system in memory would
 * have a size too, but what is written to it counts for the function's memory, which has less of it than of /tmp.
 * Only root can mount them. One of the size that was asked for last is kept ready.
 */
export class TmpDisks {
  /** What is to be removed at the end. */
  readonly folder: string;
  private readonly mountPoint: string;
  private readonly templates = new Map<number, Promise<number>>();
  private spare: { readonly sizeMb: number; readonly disk: Disk } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;
  private closed = false;

  constructor(
    private readonly bwrap: string,
    private readonly start: Starting['start'],
    reaper: Reaper,
  ) {
    this.folder = reapedFolder(reaper, diskFolder(tmpdir()), 'crablet-disks-');
    this.mountPoint = join(this.folder, 'mounted');
    mkdirSync(this.mountPoint);
  }

  /** @throws Error with what mke2fs or mount said, when this machine cannot do it */
  async prepare(sizeMb: number): Promise<void> {
    await this.template(sizeMb);
    this.refill(sizeMb);
  }

  async take(sizeMb: number): Promise<Disk> {
    const { spare } = this;
    this.refill(sizeMb);
    if (spare?.sizeMb !== sizeMb) return this.make(sizeMb);
    this.spare = undefined;
    return spare.disk;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.spare?.disk.holder.end();
    for (const template of this.templates.values()) template.then(closeSync, () => {});
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // A disk that is being made writes into it at this moment: the reaper ends that, and removes the folder.
    }
  }

  private refill(sizeMb: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.spare?.sizeMb === sizeMb) return;
      this.spare?.disk.holder.end();
      this.spare = undefined;
      this.make(sizeMb).then(
        (disk) => this.keep(sizeMb, disk),
        () => {},
      );
    }, PAUSE_MS).unref();
  }

  private keep(sizeMb: number, disk: Disk): void {
    if (this.closed || this.spare) disk.holder.end();
    else this.spare = { sizeMb, disk };
  }

  private async make(sizeMb: number): Promise<Disk> {
    const template = `/proc/${process.pid}/fd/${await this.template(sizeMb)}`;
    if (this.closed) throw new Error('the service has been closed');
    this.count += 1;
    const image = join(this.folder, String(this.count));
    const argv = [...PRIVATELY, MOUNTED, 'crablet', template, image, this.mountPoint];
    const holder = startHolder(this.start, 'unshare', [...argv, this.bwrap, '--args', '3', ...STAY]);
    return { holder, folder: this.mountPoint };
  }

  /** An empty file system: an open file without a name, so that nothing of it can be left. */
  private template(sizeMb: number): Promise<number> {
    let template = this.templates.get(sizeMb);
    if (!template) {
      template = makeTemplate(sizeMb, this.folder);
      this.templates.set(sizeMb, template);
    }
    return template;
  }
}

/** statfs(2): a file in memory would count for the function's after all. */
const TMPFS_MAGIC = 0x01021994;

/** A folder on a disk for images. */
function diskFolder(preferred: string): string {
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

async function makeTemplate(sizeMb: number, within: string): Promise<number> {
  const folder = mkdtempSync(join(within, 'image-'));
  const image = join(folder, 'image');
  let complaints = '';
  try {
    const end = await run({
      program: 'unshare',
      argv: [...PRIVATELY, MADE, 'crablet', image, `${sizeMb}M`, join(folder, 'mounted')],
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
