import { describe, expect, it } from 'vitest';
import { ownGroups } from './own-groups.js';

const V1_MOUNTS = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;

describe('the control groups of a process', () => {
  it('of version 1 are in a hierarchy for each controller, or for a few; version 2 may be beside them', () => {
    const text = '4:memory:/a/b\n2:cpu,cpuacct:/\n1:name=systemd:/user.slice\n0::/c\n';
    expect(ownGroups(text, V1_MOUNTS)).toEqual([
      { version: 1, controllers: ['memory'], folder: '/sys/fs/cgroup/memory/a/b' },
      { version: 1, controllers: ['cpu', 'cpuacct'], folder: '/sys/fs/cgroup/cpu,cpuacct' },
      { version: 1, controllers: ['name=systemd'], folder: '/sys/fs/cgroup/systemd/user.slice' },
      { version: 2, controllers: [], folder: '/sys/fs/cgroup/unified/c' },
    ]);
  });

  it('of version 2 are one', () => {
    const mounts = '29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
    expect(ownGroups('0::/user.slice/user-1000.slice/run-r1.scope\n', mounts)).toEqual([
      { version: 2, controllers: [], folder: '/sys/fs/cgroup/user.slice/user-1000.slice/run-r1.scope' },
    ]);
  });

  it.each([
    ['the part of the tree that a container sees', '/docker/abc', '0::/docker/abc/x', '/mnt/x'],
    ['its root', '/docker/abc', '0::/docker/abc', '/mnt'],
    ['another part', '/docker/abc', '0::/docker/abcd', undefined],
    ['a group above it', '/', '0::/../..', undefined],
  ])('are found in %s', (_what, root, text, folder) => {
    const found = ownGroups(text, `29 22 0:26 ${root} /mnt rw - cgroup2 cgroup2 rw`);
    expect(found.map((group) => group.folder)).toEqual(folder === undefined ? [] : [folder]);
  });

  it('are where blanks are in the path', () => {
    const mounts = '29 22 0:26 / /odd\\040place rw - cgroup2 cgroup2 rw';
    expect(ownGroups('0::/a b', mounts)[0]?.folder).toBe('/odd place/a b');
  });

  it('are none without mounts', () => {
    expect(ownGroups('4:memory:/\n0::/\n', '')).toEqual([]);
  });
});
