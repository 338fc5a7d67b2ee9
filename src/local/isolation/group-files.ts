import { cpuShare } from '../../lambda/limits.js';

/** The two dialects in which the system is told of limits: kernel documentation, admin-guide/cgroup-v1 and cgroup-v2. */
export type Version = 1 | 2;

export interface Setting {
  readonly file: string;
  readonly value: string;
  /** Not every system has it: without swap there is none to limit. */
  readonly optional?: true;
}

/** All memory, and no more of it in the swap space. In version 2 one killed process takes its whole group along. */
export function memorySettings(version: Version, memoryMb: number): Setting[] {
  const bytes = String(memoryMb * 1024 * 1024);
  if (version === 1) {
    return [
      { file: 'memory.limit_in_bytes', value: bytes },
      { file: 'memory.memsw.limit_in_bytes', value: bytes, optional: true },
    ];
  }
  return [
    { file: 'memory.max', value: bytes },
    { file: 'memory.swap.max', value: '0', optional: true },
    { file: 'memory.oom.group', value: '1', optional: true },
  ];
}

/** Short enough that a throttled function does not stand still for long. The kernel takes 1 ms and more. */
const PERIOD_US = 20_000;

/** How much of the processors' time the processes get. */
export function cpuSetting(version: Version, memoryMb: number | 'all'): Setting {
  const quota = memoryMb === 'all' ? undefined : Math.max(1_000, Math.round(cpuShare(memoryMb) * PERIOD_US));
  if (version === 1) return { file: 'cpu.cfs_quota_us', value: String(quota ?? -1) };
  return { file: 'cpu.max', value: `${quota ?? 'max'} ${PERIOD_US}` };
}

/** In version 1 the period has a file of its own, which is written first. */
export function cpuPeriod(version: Version): Setting[] {
  return version === 1 ? [{ file: 'cpu.cfs_period_us', value: String(PERIOD_US) }] : [];
}

export function freezerSetting(version: Version, frozen: boolean): Setting {
  if (version === 1) return { file: 'freezer.state', value: frozen ? 'FROZEN' : 'THAWED' };
  return { file: 'cgroup.freeze', value: frozen ? '1' : '0' };
}

/** Where the number of processes stands that were killed for want of memory, on a line `oom_kill N`. */
export function oomFile(version: Version): string {
  return version === 1 ? 'memory.oom_control' : 'memory.events';
}

export function oomKills(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/**
 * Memory that cannot be given back, in KiB, from memory.stat. The page cache is left out: what of a file is in memory
 * depends on who read it first on this machine, and is dropped when memory is short.
 */
export function heldMemory(version: Version, stat: string): number {
  const fields = version === 1 ? ['total_rss', 'total_shmem'] : ['anon', 'shmem'];
  const bytes = fields.map((field) => Number(new RegExp(`^${field} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0));
  return bytes.reduce((sum, value) => sum + value, 0) / 1024;
}
