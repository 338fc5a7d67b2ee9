import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { processMark } from '../../process/process-mark.js';
import type { Reaper } from '../../process/reaper.js';
import { randomHex } from '../ids.js';
import { ControlGroup, type Place, type Places } from './control-group.js';
import { type Candidate, planVersion2, version1Folder } from './group-plan.js';
import { type OwnGroup, ownGroups } from './own-groups.js';

/** The folders of one service in the trees of control groups; those of its environments are in them. */
export class GroupRoot {
  private count = 0;

  constructor(
    readonly places: Places,
    /** What is to be removed at the end. */
    readonly folders: readonly string[],
  ) {}

  /** @param shareCpu whether its processes get no more of the processors than AWS gives a function */
  make(memoryMb: number, shareCpu: boolean): ControlGroup {
    this.count += 1;
    const { cpu, ...rest } = this.places;
    return new ControlGroup(shareCpu ? this.places : rest, String(this.count), memoryMb);
  }

  /** As far as it is empty; the reaper removes the rest. */
  close(): void {
    for (const folder of this.folders) removeEmpty(folder);
  }
}

const CONTROLLERS = ['memory', 'cpu', 'freezer'] as const;

/** Makes the service's folders wherever that is allowed; undefined when it is nowhere. */
export function openGroupRoot(reaper: Reaper): GroupRoot | undefined {
  const groups = ownGroups(textOf('/proc/self/cgroup'), textOf('/proc/self/mountinfo'));
  // Names carry our process id, so that those of a service that was killed can be told from the living.
  const name = `crablet-${process.pid}-${randomHex(6)}`;
  const made = new Map<string, string>();
  const places: { -readonly [K in keyof Places]: Place } = {};
  for (const controller of CONTROLLERS) {
    const base = version1Folder(groups, controller);
    const folder = base && (made.get(base) ?? makeService(base, name, reaper));
    if (!base || !folder) continue;
    made.set(base, folder);
    places[controller] = { version: 1, folder };
  }
  const unified = groups.find(({ version }) => version === 2);
  if (unified && !places.memory)
    Object.assign(places, version2Places(unified, groups, { name, made, have: places, reaper }));
  return made.size === 0 ? undefined : new GroupRoot(places, [...made.values()]);
}

function version2Places(
  own: OwnGroup,
  groups: readonly OwnGroup[],
  {
    name,
    made,
    have,
    reaper,
  }: {
    readonly name: string;
    readonly made: Map<string, string>;
    readonly have: Places;
    readonly reaper: Reaper;
  },
): Places {
  const plan = planVersion2(candidate(own.folder), parentOf(own.folder, groups));
  const base = plan.kind === 'none' ? own.folder : plan.folder;
  try {
    if (plan.kind === 'move-ourselves') moveOurselves(base);
    const folder = makeService(base, name, reaper);
    if (!folder) return {};
    made.set(base, folder);
    const enabled = words(join(folder, 'cgroup.controllers')).filter(
      (one) => one === 'memory' || one === 'cpu',
    );
    if (enabled.length > 0)
      writeFileSync(join(folder, 'cgroup.subtree_control'), enabled.map((one) => `+${one}`).join(' '));
    const place: Place = { version: 2, folder };
    return {
      ...(enabled.includes('memory') && { memory: place }),
      ...(enabled.includes('cpu') && !have.cpu && { cpu: place }),
      ...(!have.freezer && { freezer: place }),
    };
  } catch {
    return {};
  }
}

/** The group above, unless that is beyond what is mounted. */
function parentOf(folder: string, groups: readonly OwnGroup[]): Candidate | undefined {
  const parent = dirname(folder);
  const isGroup =
    textOf(join(parent, 'cgroup.controllers')) !== '' || groups.some((one) => one.folder === parent);
  return isGroup ? candidate(parent) : undefined;
}

function candidate(folder: string): Candidate {
  return {
    folder,
    writable: ['', 'cgroup.procs', 'cgroup.subtree_control'].every((file) => isWritable(join(folder, file))),
    controllers: words(join(folder, 'cgroup.controllers')),
    enabled: words(join(folder, 'cgroup.subtree_control')),
    foreign: words(join(folder, 'cgroup.procs')).some((pid) => !isOurs(Number(pid))),
  };
}

function moveOurselves(folder: string): void {
  const main = makeFolder(folder, `crablet-${process.pid}-main`);
  if (!main) return;
  for (const pid of words(join(folder, 'cgroup.procs'))) writeFileSync(join(main, 'cgroup.procs'), pid);
  const enabled = words(join(folder, 'cgroup.controllers')).filter(
    (one) => one === 'memory' || one === 'cpu',
  );
  writeFileSync(join(folder, 'cgroup.subtree_control'), enabled.map((one) => `+${one}`).join(' '));
}

/** We, and what we have started. */
function isOurs(pid: number): boolean {
  for (let one = pid; one > 1; ) {
    if (one === process.pid) return true;
    one = Number(/^PPid:\s+(\d+)$/m.exec(textOf(`/proc/${one}/status`))?.[1] ?? 0);
  }
  return false;
}

/** Makes the service's folder, which the reaper is told of before. */
function makeService(base: string, name: string, reaper: Reaper): string | undefined {
  reaper.removesGroups(join(base, name));
  return makeFolder(base, name);
}

/** Makes the folder, and removes those of services that were killed and whose reaper was, too. */
function makeFolder(base: string, name: string): string | undefined {
  const folder = join(base, name);
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  for (const other of readdirSync(base)) {
    const pid = /^crablet-(\d+)-/.exec(other)?.[1];
    if (pid !== undefined && processMark(Number(pid)) === undefined) removeTree(join(base, other));
  }
  return folder;
}

function removeTree(folder: string): void {
  for (const name of foldersIn(folder)) removeTree(join(folder, name));
  for (const pid of words(join(folder, 'cgroup.procs'))) kill(Number(pid));
  thaw(folder);
  removeEmpty(folder);
}

/** None where it has gone meanwhile: the reaper of the service that was killed is at it, too. */
function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? one.name : []));
  } catch {
    return [];
  }
}

/** Who is frozen does not die; version 2 does not ask for it. */
function thaw(folder: string): void {
  try {
    writeFileSync(join(folder, 'freezer.state'), 'THAWED', { flag: 'r+' });
  } catch {
    // There is none, or none any more.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something still ends in it.
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function words(file: string): string[] {
  return textOf(file).split(/\s+/).filter(Boolean);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
