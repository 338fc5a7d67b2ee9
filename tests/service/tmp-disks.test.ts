import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TmpDisks } from '../../src/local/isolation/tmp-disks.js';

const FILES = 'i=0; while : >"$1/$i"; do i=$((i + 1)); [ "$i" -eq 50 ] && echo begun; done 2>/dev/null';

it('are closed without a word while one is being made, which the reaper ends', async () => {
  const reaped: string[] = [];
  const nothing = () => {
    throw new Error('nothing is started here');
  };
  const disks = new TmpDisks('bwrap', nothing, { removes: (folder: string) => reaped.push(folder) } as never);
  const making = spawn('/bin/sh', ['-c', FILES, 'sh', disks.folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(making.stdout, 'data');
    expect(() => disks.close()).not.toThrow();
  } finally {
    making.kill('SIGKILL');
    await once(making, 'close');
    for (const folder of reaped) rmSync(folder, { recursive: true, force: true });
  }
  expect(reaped).toEqual([disks.folder]);
});
