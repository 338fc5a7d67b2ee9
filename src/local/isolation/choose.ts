import { UserError } from '../../errors.js';
import type { Reaper } from '../../process/reaper.js';
import type { Isolation } from '../isolation.js';
import { Linux } from './linux.js';
import { openPortable } from './portable.js';
import {
  type CpuName,
  describe,
  type IsolationName,
  missingForLinux,
  PORTABLE_ABILITIES,
} from './strength.js';

export interface ChosenIsolation extends Isolation {
  /** What it enforces, and what not: a line for a person. */
  readonly description: string;
}

/**
 * The isolation of that name, after a look at what works on this machine: a process is started in each way there is.
 * @throws UserError when what was asked for does not work here
 */
export async function chooseIsolation(
  name: IsolationName,
  cpu: CpuName,
  reaper: Reaper,
): Promise<ChosenIsolation> {
  if (name === 'portable' || process.platform !== 'linux') {
    if (name === 'linux') throw impossible(`This is ${process.platform}`, 'Take --isolation portable.');
    if (cpu === 'aws') throw cpuImpossible(name);
    return { ...(await openPortable(reaper)), description: describe(PORTABLE_ABILITIES, cpu) };
  }
  const linux = await Linux.open(reaper);
  const { abilities } = linux;
  const missing = missingForLinux(abilities);
  if (name === 'linux' && missing) {
    linux.close();
    throw impossible(missing.what, missing.fix);
  }
  if (cpu === 'aws' && !abilities.cpu) {
    linux.close();
    throw cpuImpossible(name);
  }
  return { ...linux.isolation(cpu), description: describe(abilities, cpu) };
}

function impossible(what: string, fix: string): UserError {
  return new UserError('environment.isolation', { what: `${what}: --isolation linux cannot be had.`, fix });
}

function cpuImpossible(name: IsolationName): UserError {
  if (name === 'portable') {
    return new UserError('environment.isolation', {
      what: '--cpu aws needs control groups, which --isolation portable does without.',
      fix: 'Leave one of them out: crablet watch --cpu aws',
    });
  }
  return new UserError('environment.isolation', {
    what: 'No control group can be made here that limits the processors: --cpu aws cannot be had.',
    fix: 'On Linux, start it in a group of your own: systemd-run --user --scope -p Delegate=yes crablet watch --cpu aws',
  });
}
