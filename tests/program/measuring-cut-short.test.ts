import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LongLived, runCli } from '../support/cli.js';
import { eventually } from '../support/processes.js';
import { type FunctionProject, functionProject, HELD } from '../support/project.js';

// A measurement that never comes to its figures: what is built with, and what a Ctrl-C leaves.

let project: FunctionProject;

beforeEach(async () => {
  project = await functionProject(['waits']);
  const mark = JSON.stringify(join(project.folder, 'invoked'));
  await project.save('waits', `() => new Promise(() => require('node:fs').writeFileSync(${mark}, ''))`);
});
afterEach(() => project.remove());

const measuring = (...argv: string[]) =>
  new LongLived([...argv, '--isolation', 'portable'], { cwd: project.folder, env: project.env });

/** What is compiled is linked here while it is measured. */
const linked = () => readdir(join(project.folder, 'target/lambda/.bench')).catch(() => []);

const COMMANDS = [['bench', '--no-floor'], ['tune']];

describe.each(COMMANDS)('Ctrl-C ends %s', (...argv) => {
  it('while the function takes its time', async () => {
    const cli = measuring(...argv);
    await eventually('it is invoked', () => existsSync(join(project.folder, 'invoked')), 15_000);
    expect(await cli.stop('SIGINT')).toBe(130);
    expect(cli.text.stdout).toBe('');
    expect(await linked()).toEqual([]);
  });

  it('while cargo compiles', async () => {
    project.holdNextBuild();
    const cli = measuring(...argv);
    await cli.readUntil(HELD);
    expect(await cli.stop('SIGINT')).toBe(130);
    expect(await linked()).toEqual([]);
  });
});

describe.each(COMMANDS)('%s builds', (...argv) => {
  it.each([
    [['--features', 'a', '--features', 'b,c'], '--features a,b,c'],
    [['--all-features'], '--all-features'],
    [['--no-default-features', '--features', 'a'], '--features a --no-default-features'],
  ])('with %j', async (flags, words) => {
    const told = join(project.folder, 'asked');
    await project.onBuild(`echo "$@" > '${told}'\nexit 101\n`);
    const { code } = await runCli([...argv, ...flags], { cwd: project.folder, env: project.env });
    expect(await readFile(told, 'utf8')).toContain(words);
    expect(await readFile(told, 'utf8')).toContain('--release');
    expect(code).toBe(4);
  });
});
