import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ControlGroup, type Place } from '../../src/local/isolation/control-group.js';
import { launchRequest } from '../../src/local/isolation/launch.js';
import { ownGroups } from '../../src/local/isolation/own-groups.js';
import { supervise } from '../../src/process/supervise.js';
import { eventually } from '../support/processes.js';

/** Control groups of both versions, as far as this machine has them and lets us make some. */

const TOOLS = { nsenter: 'nsenter', prlimit: 'prlimit' };
const own = ownGroups(textOf('/proc/self/cgroup'), textOf('/proc/self/mountinfo'));

/** Where a group could be frozen: version 2 can everywhere, version 1 in a hierarchy of its own. */
function freezer(version: 1 | 2): Place | undefined {
  const found = own.find(
    (one) => one.version === version && (version === 2 || one.controllers.includes('freezer')),
  );
  if (!found) return undefined;
  const folder = join(found.folder, `crablet-${process.pid}-test-${version}`);
  try {
    mkdirSync(folder);
    rmdirSync(folder);
    return { version, folder };
  } catch {
    return undefined;
  }
}

describe.each([1, 2] as const)('version %d', (version) => {
  const place = freezer(version);

  it.skipIf(!place)('freezes, thaws and ends what is in a group, and is gone then', async () => {
    const { folder } = place!;
    mkdirSync(folder);
    const group = new ControlGroup({ freezer: place! }, 'one', 128);
    expect([group.freezes, group.limitsMemory]).toEqual([true, false]);
    const env = { PATH: '/usr/bin:/bin' };
    // What leaves its process group stays in its control group.
    const script = 'setsid sleep 1000 & setsid sleep 1000 & wait';
    const launch = { program: '/bin/sh', cwd: '/', env, groups: group.joining, limits: [] };
    const request = launchRequest(launch, TOOLS);
    const started = supervise({ ...request, args: [...(request.args ?? []), '-c', script] });
    const ended = new Promise((resolve) => started.onExit(resolve));
    const members = () =>
      textOf(join(folder, 'one', 'cgroup.procs'))
        .split('\n')
        .filter(Boolean);
    await eventually('all three are in it', () => members().length === 3);
    group.setFrozen(true);
    await eventually('it is frozen', () => frozen(folder));
    group.setFrozen(false);
    await eventually('it is thawed', () => !frozen(folder));
    group.setFrozen(true);
    group.killAll();
    group.setFrozen(false);
    expect(await ended).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    group.remove();
    await eventually(
      'the folder is gone',
      () => textOf(join(folder, 'one', 'cgroup.controllers')) + members().join() === '',
    );
    await eventually('what was above it can go', () => removed(folder));
  });
});

function frozen(folder: string): boolean {
  return (
    textOf(join(folder, 'one', 'freezer.state')) === 'FROZEN\n' ||
    textOf(join(folder, 'one', 'cgroup.events')).includes('frozen 1')
  );
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
