import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.js';
import { type FunctionProject, functionProject } from '../support/project.js';

/** `--isolation` and `--cpu`: what `watch` says of them. */

let project: FunctionProject;
beforeEach(async () => {
  project = await functionProject();
});
afterEach(() => project.remove());

const watch = (...argv: string[]) =>
  runCli(['watch', '-P', '0', ...argv], { cwd: project.folder, env: project.env });

it('says in one line what is enforced and what is not', async () => {
  const cli = startCli(['watch', '-P', '0'], { cwd: project.folder, env: project.env });
  await cli.until(/^ {2}enforced: memory .*\. Not enforced: .*the network\.$/m);
  await cli.interrupt();
});

it.each([
  [['--isolation', 'strong'], 2, /'strong' is invalid\. Allowed choices are auto, linux, portable/],
  [['--cpu', 'half'], 2, /'half' is invalid\. Allowed choices are aws, full/],
  [
    ['--isolation', 'portable', '--cpu', 'aws'],
    3,
    /--cpu aws needs control groups, which --isolation portable does without\.\n.*fix: Leave one of them out/,
  ],
] as const)('refuses %j', async (argv, code, message) => {
  const run = await watch(...argv);
  expect(run.code).toBe(code);
  expect(run.stderr).toMatch(message);
});
