import { accessSync, closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { ENTRYPOINT_FAULTS, type LaunchFault, launchFault } from '../lambda/function-errors.js';
import type { Roll, SupervisedProcess } from '../process/supervise.js';

export interface StartRequest {
  readonly taskRoot: string;
  /** Absolute path of the executable: the function's bootstrap, or an external extension. */
  readonly bootstrap: string;
  /** The external extension's name, where it is one: AWS has it at /opt/extensions/<name>. */
  readonly extension?: string | undefined;
  readonly env: Record<string, string>;
  /** Calls back when the last connection to the environment's Runtime API has ended. */
  whenAbandoned(listener: () => void): void;
}

/** What an environment is, for those who confine it. */
export interface ConfinementRequest {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  /** The folder that stands for /var/task. */
  readonly taskRoot: string;
  /** A folder of the environment's own, for what it has in /tmp. */
  readonly tmp: string;
  /** Folders to find in /opt, later ones over earlier ones. */
  readonly layers: readonly string[];
  /** Programs to find in /opt/extensions, by their names there; those that layers have are among them. */
  readonly extensions: Readonly<Record<string, string>>;
}

/** What the processes of one environment may use. It outlasts them: /tmp and the limits stay through a reset. */
export interface Confinement {
  /** /var/task, as the processes see it. */
  readonly taskRoot: string;
  /** /tmp, as the processes see it. */
  readonly tmp: string;
  /** Where the processes find what is in layers, the first to look at first; /opt when left out. */
  readonly opt?: readonly string[] | undefined;
  /** Resolves when processes that are started can go on; rejects with what is in their way. */
  ready(): Promise<void>;
  /** Starts a program in its own process group, with exactly these environment variables. */
  start(request: StartRequest, roll?: Roll): SupervisedProcess;
  /** Highest memory in use so far, in MB rounded up; undefined where the system does not tell. */
  maxMemoryMb(pid: number): number | undefined;
  /** Whether a process has been killed since the last start because there was no memory left. */
  ranOutOfMemory(): boolean;
  /** No process runs until `thaw`; memory, files and connections stay. */
  freeze(): void;
  thaw(): void;
  /** The init phase is over: what it could have beyond the function's share of the machine ends. */
  initialized(): void;
  /** Ends what is left of its processes, and removes what was made for it. */
  close(): void;
}

/** How environments are confined: `isolation/` has the implementations. */
export interface Isolation {
  /** Processes come and go without us (external-runtime.ts): they are waited for, and never many. */
  readonly external?: boolean;
  /** A function has one environment only; its invocations wait for it. */
  readonly single?: boolean;
  confine(request: ConfinementRequest): Confinement;
  /** The function will have environments like this one soon: what takes long may be made ahead. */
  prepare?(request: ConfinementRequest): void;
  /** The function has gone: nothing more is made for it. */
  forget?(functionName: string): void;
  close?(): void;
}

/** e_machine of an ELF file, by Node's names of architectures. */
const MACHINES: Record<string, number> = { x64: 62, arm64: 183, ia32: 3, arm: 40 };

const LAMBDA_MACHINES = { x86_64: 62, arm64: 183 } as const;

/**
 * Why the bootstrap cannot be executed here, in the words of AWS's init process (which are Go's), or undefined.
 * Asked before the start: the C library would run a file of a foreign format as a shell script.
 */
export function entrypointProblem(bootstrap: string, architecture?: 'x86_64' | 'arm64'): string | undefined {
  const fault = faultOf(bootstrap, architecture);
  return fault && ENTRYPOINT_FAULTS[fault];
}

/** Why an external extension cannot be executed, and the type that its EXTENSION line shows. */
export function extensionProblem(
  name: string,
  path: string,
): { readonly errorType: string; readonly what: string } | undefined {
  const fault = faultOf(path);
  if (!fault) return undefined;
  const errorType = fault === 'notExecutable' ? 'PermissionDenied' : 'UnknownError';
  return { errorType, what: launchFault(`/opt/extensions/${name}`, fault) };
}

/** Whether it is built for what the function says that it runs on, and cannot be executed on this machine. */
export function isForeign(program: string, architecture: keyof typeof LAMBDA_MACHINES): boolean {
  const machine = machineOf(headOf(program));
  const runsHere = process.platform === 'linux' && machine === MACHINES[process.arch];
  return machine === LAMBDA_MACHINES[architecture] && !runsHere;
}

function headOf(program: string): Buffer {
  const head = Buffer.alloc(256);
  let file: number | undefined;
  try {
    file = openSync(program, 'r');
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } catch {
    return head.subarray(0, 0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Undefined for what is no ELF file. */
function machineOf(head: Buffer): number | undefined {
  const isElf = head.length >= 20 && head.toString('latin1', 0, 4) === '\x7fELF';
  return isElf ? head.readUInt16LE(18) : undefined;
}

function faultOf(program: string, architecture?: 'x86_64' | 'arm64'): LaunchFault | undefined {
  let file: number;
  try {
    file = openSync(program, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'notExecutable' : 'missing';
  }
  try {
    if (process.platform !== 'win32') accessSync(program, constants.X_OK);
    const head = Buffer.alloc(256);
    const length = readSync(file, head, 0, head.length, 0);
    const script = /^#![ \t]*(\S+)/.exec(head.toString('latin1', 0, length));
    if (script && !existsSync(script[1]!)) return 'noInterpreter';
    const machine = machineOf(head.subarray(0, length));
    const elf = machine !== undefined;
    // One that could be run here, and could not where the function says that it runs, is foreign too.
    const wanted = architecture === undefined ? undefined : LAMBDA_MACHINES[architecture];
    const foreign = elf && (machine !== MACHINES[process.arch] || (wanted ?? machine) !== machine);
    const native = process.platform === 'linux' ? elf && !foreign : length > 0 && !elf;
    return script || native ? undefined : 'wrongFormat';
  } catch {
    return 'notExecutable';
  } finally {
    closeSync(file);
  }
}
