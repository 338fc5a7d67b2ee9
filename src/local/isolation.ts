import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { ENTRYPOINT_FAULTS } from '../lambda/function-errors.js';
import type { Roll, SupervisedProcess } from '../process/supervise.js';
import { supervise } from '../process/supervise.js';

export interface StartRequest {
  readonly taskRoot: string;
  readonly bootstrap: string;
  readonly env: Record<string, string>;
  /** Calls back when the last connection to the environment's Runtime API has ended. */
  whenAbandoned(listener: () => void): void;
}

/** What a process may use. One implementation for now: process groups, which every system has. */
export interface Isolation {
  /** Processes come and go without us (external-runtime.ts): they are waited for, and never many. */
  readonly external?: boolean;
  /** Starts the bootstrap of `taskRoot` in its own process group, with exactly these environment variables. */
  start(request: StartRequest, roll?: Roll): SupervisedProcess;
  /** Highest resident memory of a process so far, in MB rounded up; undefined where the system does not tell. */
  maxMemoryMb(pid: number): number | undefined;
}

export const portable: Isolation = {
  start: ({ taskRoot, bootstrap, env }, roll) => supervise({ program: bootstrap, cwd: taskRoot, env }, roll),
  maxMemoryMb: process.platform === 'linux' ? highWaterMark : () => undefined,
};

function highWaterMark(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

/** e_machine of an ELF file, by Node's names of architectures. */
const MACHINES: Record<string, number> = { x64: 62, arm64: 183, ia32: 3, arm: 40 };

/**
 * Why the bootstrap cannot be executed here, in the words of AWS's init process (which are Go's), or undefined.
 * Asked before the start: the C library would run a file of a foreign format as a shell script.
 */
export function entrypointProblem(bootstrap: string): string | undefined {
  let file: number;
  try {
    file = openSync(bootstrap, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
      ? ENTRYPOINT_FAULTS.notExecutable
      : ENTRYPOINT_FAULTS.missing;
  }
  try {
    if (process.platform !== 'win32') accessSync(bootstrap, constants.X_OK);
    const head = Buffer.alloc(20);
    const length = readSync(file, head, 0, 20, 0);
    const script = head.toString('latin1', 0, 2) === '#!';
    const elf = length === 20 && head.toString('latin1', 0, 4) === '\x7fELF';
    const foreign = elf && head.readUInt16LE(18) !== MACHINES[process.arch];
    const native = process.platform === 'linux' ? elf && !foreign : length > 0 && !elf;
    return script || native ? undefined : ENTRYPOINT_FAULTS.wrongFormat;
  } catch {
    return ENTRYPOINT_FAULTS.notExecutable;
  } finally {
    closeSync(file);
  }
}
