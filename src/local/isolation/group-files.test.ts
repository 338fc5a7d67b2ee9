import { describe, expect, it } from 'vitest';
import { cpuSetting, freezerSetting, heldMemory, memorySettings, oomKills } from './group-files.js';

describe('limits', () => {
  it('of memory leave no way into the swap space', () => {
    expect(memorySettings(1, 128)).toEqual([
      { file: 'memory.limit_in_bytes', value: '134217728' },
      { file: 'memory.memsw.limit_in_bytes', value: '134217728', optional: true },
    ]);
    expect(memorySettings(2, 10_240)).toEqual([
      { file: 'memory.max', value: '10737418240' },
      { file: 'memory.swap.max', value: '0', optional: true },
      { file: 'memory.oom.group', value: '1', optional: true },
    ]);
  });

  it.each([
    [128, '1447'],
    [1_769, '20000'],
    [10_240, '115772'],
  ])('of the processors with %d MB are its share of the period', (memoryMb, quota) => {
    expect(cpuSetting(1, memoryMb)).toEqual({ file: 'cpu.cfs_quota_us', value: quota });
    expect(cpuSetting(2, memoryMb)).toEqual({ file: 'cpu.max', value: `${quota} 20000` });
  });

  it('of the processors can be taken away', () => {
    expect(cpuSetting(1, 'all').value).toBe('-1');
    expect(cpuSetting(2, 'all').value).toBe('max 20000');
  });
});

it('freezes and thaws', () => {
  expect([true, false].map((frozen) => freezerSetting(1, frozen))).toEqual([
    { file: 'freezer.state', value: 'FROZEN' },
    { file: 'freezer.state', value: 'THAWED' },
  ]);
  expect(freezerSetting(2, true)).toEqual({ file: 'cgroup.freeze', value: '1' });
});

it('counts the killed', () => {
  expect(oomKills('oom_kill_disable 0\nunder_oom 0\noom_kill 2\n')).toBe(2);
  expect(oomKills('low 0\nhigh 0\nmax 7\noom 3\noom_kill 3\noom_group_kill 1\n')).toBe(3);
  expect(oomKills('')).toBe(0);
});

it('counts the memory that cannot be given back', () => {
  const version1 = 'cache 900\nrss 10\nshmem 1\ntotal_cache 999999\ntotal_rss 2097152\ntotal_shmem 1048576\n';
  expect(heldMemory(1, version1)).toBe(3 * 1024);
  expect(heldMemory(2, 'anon 2097152\nfile 999999\nkernel 5\nshmem 1024\n')).toBe(2 * 1024 + 1);
  expect(heldMemory(2, '')).toBe(0);
});
