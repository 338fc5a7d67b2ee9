import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cdkCommand } from './when-to-bundle.js';

/** A shell, npx or a package manager may stand between the CDK's program and this process. */
const MOST_PARENTS = 5;

/** The command of the CDK's program that started this process (`diff`, `deploy`, …), where the system shows it. */
export function callingCommand(): string | undefined {
  let pid = process.ppid;
  for (let step = 0; step < MOST_PARENTS && pid > 1; step += 1) {
    const one = processOf(pid);
    if (!one) return undefined;
    const command = cdkCommand(one.argv);
    if (command !== undefined) return command;
    pid = one.parent;
  }
  return undefined;
}

interface RunningProcess {
  readonly argv: readonly string[];
  readonly parent: number;
}

function processOf(pid: number): RunningProcess | undefined {
  switch (process.platform) {
    case 'linux':
      return fromProc(pid);
    case 'darwin':
      return fromPs(pid);
    default:
      return undefined;
  }
}

function fromProc(pid: number): RunningProcess | undefined {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    // The name, in parentheses, may hold blanks and parentheses (proc(5)).
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return { argv, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): RunningProcess | undefined {
  const { stdout, status } = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(stdout ?? '') ?? [];
  return status === 0 && command !== undefined
    ? { argv: command.split(' '), parent: Number(parent) }
    : undefined;
}
