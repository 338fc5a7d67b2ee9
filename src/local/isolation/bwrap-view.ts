import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Holder, startHolder } from '../../process/holder.js';
import type { ConfinementRequest } from '../isolation.js';
import { bwrapArgv, type Piece, SANDBOX_USER } from './bwrap-argv.js';
import { mergedLayers, namesOf } from './machine-files.js';
import { taskPieces } from './task-files.js';
import { diskFolder, type Template } from './tmp-image.js';
import type { Placing, View } from './view.js';

/** What bubblewrap can do here. */
export interface BwrapFacts {
  readonly bwrap: string;
  readonly privileged: boolean;
  readonly system: readonly Piece[];
}

export interface BwrapRequest extends Pick<ConfinementRequest, 'taskRoot' | 'tmp' | 'layers' | 'extensions'> {
  /** A user id that no other environment has, so that nobody shares its limit of processes. */
  readonly uid: number;
  /** /tmp is a copy of it; a folder of the disk without a size of its own when left out. */
  readonly template?: Promise<Template> | undefined;
}

/** Says its process id when everything is in place, and stays until its stdin ends. */
const STAY = ['/bin/sh', '-c', 'echo $$; exec cat'];

// What it mounts nobody else sees, and it is gone with the last process that does.
const WITH_IMAGE = `cp --sparse=always "$1" "$2" && mount -t ext4 -o loop,nosuid,nodev,noatime "$2" "$3" &&
rm -f "$2" && shift 3 && exec "$@"`;

/**
 * An environment's own file system, made by bubblewrap. It is held by a process that does nothing else, so that it
 * outlasts the function's processes, which enter it one after the other.
 */
export class BwrapView implements View {
  readonly taskRoot = '/var/task';
  readonly tmp = '/tmp';
  private holder: Holder | undefined;
  private pid = 0;
  private closed = false;
  private readonly setUp: Promise<void>;

  constructor(
    private readonly facts: BwrapFacts,
    private readonly request: BwrapRequest,
  ) {
    this.setUp = this.begin();
    this.setUp.catch(() => {});
  }

  ready(): Promise<void> {
    return this.setUp;
  }

  placing(program: string, extension?: string): Placing {
    const { privileged } = this.facts;
    const user = privileged ? { uid: this.request.uid, gid: SANDBOX_USER.gid } : undefined;
    return {
      program: extension === undefined ? this.placeOf(program) : `/opt/extensions/${extension}`,
      view: { pid: this.pid, user },
    };
  }

  close(): void {
    this.closed = true;
    this.holder?.end();
  }

  private async begin(): Promise<void> {
    const { request, facts } = this;
    const tmp = join(request.tmp, 'tmp');
    mkdirSync(tmp);
    if (facts.privileged) chmodSync(tmp, 0o1777);
    const template = await request.template;
    if (this.closed) return;
    const argv = [facts.bwrap, ...bwrapArgv({ ...facts, ...this.files(tmp) }, STAY)];
    this.holder = template ? this.holdWithImage(template, tmp, argv) : startHolder(argv[0]!, argv.slice(1));
    this.pid = Number(await this.holder.line);
  }

  private holdWithImage({ path }: Template, tmp: string, argv: readonly string[]): Holder {
    const image = join(diskFolder(this.request.tmp), `${basename(this.request.tmp)}.image`);
    const shell = ['--mount', '--propagation', 'private', '/bin/sh', '-c', WITH_IMAGE, 'crablet'];
    return startHolder('unshare', [...shell, path, image, tmp, ...argv]);
  }

  private files(tmp: string) {
    const { request } = this;
    const { name, gid } = SANDBOX_USER;
    const uid = this.facts.privileged ? request.uid : SANDBOX_USER.uid;
    const copies = this.facts.privileged ? join(request.tmp, 'task') : undefined;
    const passwd = join(request.tmp, 'passwd');
    const group = join(request.tmp, 'group');
    writeFileSync(
      passwd,
      `root:x:0:0:root:/root:/sbin/nologin\n${name}:x:${uid}:${gid}::/home/${name}:/sbin/nologin\n`,
    );
    writeFileSync(group, `root:x:0:\n${name}:x:${gid}:\n`);
    const opt = mergedLayers(join(request.tmp, 'opt'), request.layers, request.extensions);
    const hosts = namesOf(join(request.tmp, 'hosts'));
    return { passwd, group, hosts, opt, tmp, task: taskPieces(request.taskRoot, copies) };
  }

  private placeOf(program: string): string {
    const { taskRoot } = this.request;
    return program.startsWith(`${taskRoot}/`) ? `/var/task/${program.slice(taskRoot.length + 1)}` : program;
  }
}
