import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  cpuPeriod,
  cpuSetting,
  freezerSetting,
  heldMemory,
  memorySettings,
  oomFile,
  oomKills,
  type Setting,
  type Version,
} from './group-files.js';

/** Where groups for environments can be made that limit one thing. */
export interface Place {
  readonly version: Version;
  readonly folder: string;
}

export interface Places {
  readonly memory?: Place;
  readonly cpu?: Place;
  readonly freezer?: Place;
}

/** How long, and how often, a folder is tried to be removed whose processes are still ending. */
const REMOVAL = { everyMs: 20, times: 100 };

/** The control groups of one environment: a folder for each hierarchy. */
export class ControlGroup {
  /** What a process writes itself to in order to join. */
  readonly joining: readonly string[];
  private readonly folders: readonly string[];
  /** Undefined when it has been removed: the number of a file that was closed soon is another file's. */
  private freezer: { readonly fd: number; readonly version: Version } | undefined;

  constructor(
    private readonly places: Places,
    private readonly name: string,
    private readonly memoryMb: number,
  ) {
    const bases = [places.memory, places.cpu, places.freezer].flatMap((place) => place?.folder ?? []);
    this.folders = [...new Set(bases)].map((folder) => join(folder, name));
    for (const folder of this.folders) mkdirSync(folder);
    this.joining = this.folders.map((folder) => join(folder, 'cgroup.procs'));
    const { memory, cpu, freezer } = places;
    if (memory) this.apply(memory, memorySettings(memory.version, memoryMb));
    if (cpu) this.apply(cpu, cpuPeriod(cpu.version));
    this.freezer = freezer && {
      fd: openSync(this.file(freezer, freezerSetting(freezer.version, false).file), 'w'),
      version: freezer.version,
    };
  }

  get limitsMemory(): boolean {
    return this.places.memory !== undefined;
  }

  get freezes(): boolean {
    return this.places.freezer !== undefined;
  }

  /** @param share `function`: what AWS gives a function of its memory; `all`: all there is */
  setCpu(share: 'function' | 'all'): void {
    const { cpu } = this.places;
    if (!cpu) return;
    whileItIsThere(() => this.apply(cpu, [cpuSetting(cpu.version, share === 'all' ? 'all' : this.memoryMb)]));
  }

  setFrozen(frozen: boolean): void {
    const { freezer } = this;
    if (!freezer) return;
    whileItIsThere(() => writeSync(freezer.fd, freezerSetting(freezer.version, frozen).value, 0));
  }

  /** How many processes have been killed for want of memory. */
  oomKills(): number {
    const { memory } = this.places;
    return memory ? oomKills(this.read(memory, oomFile(memory.version))) : 0;
  }

  /** Memory in use that cannot be given back, in KiB. */
  heldMemory(): number {
    const { memory } = this.places;
    return memory ? heldMemory(memory.version, this.read(memory, 'memory.stat')) : 0;
  }

  /** Ends every process in it, also those that have left their process group. */
  killAll(): void {
    for (const file of this.joining) {
      for (const pid of textOf(file).split('\n').filter(Boolean)) kill(Number(pid));
    }
  }

  /** Its processes have been killed; when the last has gone, so do the folders. */
  remove(): void {
    if (this.freezer) closeSync(this.freezer.fd);
    this.freezer = undefined;
    let left: readonly string[] = this.folders;
    let tries = 0;
    const attempt = () => {
      left = left.filter((folder) => !removed(folder));
      tries += 1;
      // The reaper removes what is left at the end of the service.
      if (left.length > 0 && tries < REMOVAL.times) setTimeout(attempt, REMOVAL.everyMs).unref();
    };
    attempt();
  }

  private apply(place: Place, settings: readonly Setting[]): void {
    for (const { file, value, optional } of settings) {
      try {
        writeFileSync(this.file(place, file), value);
      } catch (error) {
        if (!optional) throw error;
      }
    }
  }

  private read(place: Place, file: string): string {
    return textOf(this.file(place, file));
  }

  private file(place: Place, file: string): string {
    return join(place.folder, this.name, file);
  }
}

/** Somebody else may have removed the group, with what was in it: the next start says so, and nobody else is concerned. */
function whileItIsThere(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!['ENOENT', 'ENODEV', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
