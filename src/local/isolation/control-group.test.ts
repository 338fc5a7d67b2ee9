import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ControlGroup } from './control-group.js';

it('lets go of its file once: whoever opens one next has it for himself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-group-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const group = new ControlGroup({ freezer: { version: 2, folder } }, '1', 128);
  group.remove();
  // The system gives the lowest number that is free.
  const next = openSync(join(folder, 'next'), 'w');
  group.setFrozen(true);
  group.remove();
  expect(fstatSync(next).size).toBe(0);
  closeSync(next);
});
