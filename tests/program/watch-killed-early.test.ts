import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { eventually } from '../support/processes.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;
beforeAll(async () => {
  project = await functionProject(['hello']);
});
afterAll(() => project.remove());

const entries = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('crablet-'));

it.runIf(process.platform === 'linux').each([1, 2, 3])(
  'a service that is killed when it has made %d temporary folders leaves none',
  async (count) => {
    const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const argv = [
      join(packageRoot(), 'dist', 'crablet.cjs'),
      'watch',
      '--invoke-port',
      '0',
      '--isolation',
      'auto',
    ];
    const child = spawn(process.execPath, argv, {
      cwd: project.folder,
      env: { ...project.env, TMPDIR: folder },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // Where less can be isolated with, fewer are made.
    const seen = new Set<string>();
    let isReady = false;
    child.stderr.on('data', (chunk) => {
      isReady ||= /^ready/m.test(String(chunk));
    });
    await eventually(
      'folders are made',
      () => {
        for (const name of entries(folder)) seen.add(name);
        return seen.size >= count || isReady;
      },
      15_000,
    );
    child.kill('SIGKILL');
    await ended;
    await eventually('all folders are gone', () => entries(folder).length === 0, 15_000);
    expect(entries(folder)).toEqual([]);
  },
);
