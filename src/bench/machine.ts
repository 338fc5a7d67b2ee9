import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where a run was made: figures of two machines are not to be compared. */
export interface Machine {
  readonly cpu: string;
  readonly processors: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly architecture: string;
  /** Of the processors' clock; undefined where the system does not tell. */
  readonly governor?: string | undefined;
  readonly node: string;
  /** Tasks that wanted a processor, over the last minute, before the run and after it. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function thisMachine(loadBefore: number): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    architecture: process.arch === 'x64' ? 'x86_64' : process.arch,
    governor: governor(),
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
  };
}

export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function governor(): string | undefined {
  try {
    return readFileSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'utf8').trim();
  } catch {
    return undefined;
  }
}
