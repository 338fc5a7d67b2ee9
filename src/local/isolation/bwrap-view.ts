import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Holder, startHolder } from '../../process/holder.js';
import type { ConfinementRequest } from '../isolation.js';
import type { Starting } from './background.js';
import { bwrapArgv, type Piece, SANDBOX_USER } from './bwrap-argv.js';
import { mergedLayers, namesOf } from './machine-files.js';
import { taskPieces } from './task-files.js';
import { type Disk, STAY } from './tmp-disks.js';
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
  /** For its /tmp; a folder without a size of its own when left out. */
  readonly disk?: (() => Promise<Disk>) | undefined;
}

/**
 * An environment's own file system, made by bubblewrap. It is held by a process that does nothing else, so that it
 * outlasts the function's processes, which enter it one after the other.
 */
export class BwrapView implements View {
  readonly taskRoot = '/var/task';
  readonly tmp = '/tmp';
  private holder: Holder | undefined;
  private closed = false;
  /** Resolves to the process id of who holds it. */
  private readonly setUp: Promise<number>;

  constructor(
    private readonly facts: BwrapFacts,
    private readonly request: BwrapRequest,
    private readonly start: Starting['start'],
  ) {
    this.setUp = this.begin();
    this.setUp.catch(() => {});
  }

  async ready(): Promise<void> {
    await this.setUp;
  }

  placing(program: string, extension?: string): Placing {
    const { privileged } = this.facts;
    const user = privileged ? { uid: this.request.uid, gid: SANDBOX_USER.gid } : undefined;
    return {
      program: extension === undefined ? this.placeOf(program) : `/opt/extensions/${extension}`,
      view: { holder: this.setUp, user },
    };
  }

  close(): void {
    this.closed = true;
    this.holder?.end();
  }

  private async begin(): Promise<number> {
    const { request, facts } = this;
    const tmp = join(request.tmp, 'tmp');
    mkdirSync(tmp);
    if (facts.privileged) chmodSync(tmp, 0o1777);
    const disk = await request.disk?.();
    this.holder = disk?.holder;
    if (this.closed) {
      this.close();
      throw new Error('the environment has been closed');
    }
    const view = bwrapArgv({ ...facts, ...this.files(disk?.folder ?? tmp) });
    const holder = disk?.holder ?? startHolder(this.start, facts.bwrap, [...view, '--', ...STAY]);
    this.holder = holder;
    if (disk) holder.tell(view.map((argument) => `${argument}\0`).join(''));
    return Number(await holder.line);
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
