import { describe, expect, it } from 'vitest';
import { bwrapArgv, type ViewFacts } from './bwrap-argv.js';

const FACTS: ViewFacts = {
  privileged: false,
  system: [
    { kind: 'read-only', from: '/usr', at: '/usr', optional: true },
    { kind: 'read-only', from: '/etc', at: '/etc', optional: true },
    { kind: 'link', to: 'usr/lib', at: '/lib' },
    {
      kind: 'read-only',
      from: '/run/systemd/resolve/stub.conf',
      at: '/run/systemd/resolve/stub.conf',
      optional: true,
    },
  ],
  task: [{ kind: 'read-only', from: '/project/target', at: '/var/task' }],
  opt: undefined,
  tmp: '/work/tmp',
  passwd: '/work/passwd',
  hosts: '/work/hosts',
  group: '/work/group',
};

const argv = (change: Partial<ViewFacts> = {}) => bwrapArgv({ ...FACTS, ...change });
const text = (change: Partial<ViewFacts> = {}) => argv(change).join(' ');

describe('the view', () => {
  it('has the function, its /tmp, and of the machine what programs need', () => {
    expect(text()).toContain('--ro-bind /project/target /var/task');
    expect(text()).toContain('--bind /work/tmp /tmp');
    expect(text()).toContain('--ro-bind-try /usr /usr --ro-bind-try /etc /etc --symlink usr/lib /lib');
    expect(text()).toContain('--dir /opt');
    expect(text({ opt: '/work/opt' })).toContain('--ro-bind /work/opt /opt');
  });

  it('can be written to in /tmp alone', () => {
    const writable = argv().flatMap((word, at, all) => (word === '--bind' ? [all[at + 2]] : []));
    expect(writable).toEqual(['/proc', '/tmp']);
    // What is in memory is closed when all is in its place, the root last.
    expect(argv().slice(-6)).toEqual(['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/var/task']);
  });

  it('has folders that everybody may enter above what is put into it', () => {
    expect(text()).toContain('--dir /run --dir /run/systemd --dir /run/systemd/resolve --ro-bind-try /run');
    expect(text()).toContain('--dir /var --ro-bind /project/target /var/task');
    // Not above what comes from the machine with its folders.
    expect(text()).not.toContain('--dir /etc');
  });

  it('is made in a user namespace, unless root makes it', () => {
    expect(text()).toContain('--unshare-user --uid 993 --gid 990');
    expect(text({ privileged: true })).not.toContain('--unshare-user');
  });
});
