import { describe, expect, it } from 'vitest';
import { type Launch, launchRequest } from './launch.js';
import { resourceLimits } from './resource-limits.js';

const TOOLS = { nsenter: '/usr/bin/nsenter', prlimit: '/usr/bin/prlimit' };
const LAUNCH: Launch = { program: '/var/task/bootstrap', cwd: '/', env: { A: 'b' }, groups: [], limits: [] };
const argumentsOf = (change: Partial<Launch>) =>
  launchRequest({ ...LAUNCH, ...change }, TOOLS).args?.slice(3);

describe('a process gets to its place', () => {
  it('through its control groups', () => {
    expect(argumentsOf({ groups: ['/memory/1/cgroup.procs', '/freezer/1/cgroup.procs'] })).toEqual([
      '/memory/1/cgroup.procs',
      '/freezer/1/cgroup.procs',
      '--',
      '/var/task/bootstrap',
    ]);
  });

  it('as another user, with limits, into a view that it waits for', async () => {
    const limits = [{ name: 'nofile', soft: '1024', hard: '1024' }];
    const view = { holder: Promise.resolve(42), user: { uid: 7, gid: 990 } };
    expect(argumentsOf({ limits, view })?.join(' ')).toBe(
      '-- /var/task/bootstrap /usr/bin/prlimit --nofile=1024:1024 /usr/bin/nsenter --mount --ipc --wd --setuid 7 --setgid 990',
    );
    expect(await launchRequest({ ...LAUNCH, view }, TOOLS).awaits).toBe('42\n');
  });

  it('as who its user namespace says', () => {
    const view = { holder: Promise.resolve(42), user: undefined };
    expect(argumentsOf({ view })).toContain('--preserve-credentials');
  });

  it('waits for nothing without a view', () => {
    expect(launchRequest(LAUNCH, TOOLS)).toMatchObject({ awaits: undefined, env: { A: 'b' } });
  });
});

describe('limits', () => {
  const row = (name: string, hard: string) => `${name}          1            ${hard}         units\n`;

  it('are the recorded ones (SNAP:test_lambda#test_runtime_ulimits)', () => {
    expect(resourceLimits('').map(({ name, soft, hard }) => `${name}=${soft}:${hard}`)).toEqual([
      'nofile=1024:1024',
      'nproc=742:742',
      'core=10737418240:10737418240',
      'memlock=65536:65536',
      'stack=8388608:unlimited',
    ]);
  });

  it('are not above what this process may have', () => {
    const own =
      row('Max core file size', '0') + row('Max stack size', '16777216') + row('Max open files', '4096');
    const limits = Object.fromEntries(
      resourceLimits(own).map(({ name, soft, hard }) => [name, [soft, hard]]),
    );
    expect(limits).toMatchObject({
      core: ['0', '0'],
      stack: ['8388608', '16777216'],
      nofile: ['1024', '1024'],
    });
  });

  it('leave out what cannot be counted here', () => {
    expect(resourceLimits('', ['nproc']).map(({ name }) => name)).not.toContain('nproc');
  });
});
