import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.js';
import { functionProject } from '../support/project.js';

it('watch serves the project of the folder that is named', async () => {
  const project = await functionProject();
  const folder = relative(tmpdir(), project.folder);
  const cli = startCli(['watch', folder, '--invoke-port', '0'], { cwd: tmpdir(), env: project.env });
  try {
    await cli.until(/serves 1 function at/);
  } finally {
    await cli.interrupt();
    await project.remove();
  }
});

it('watch names a folder that is not there', async () => {
  const { code, stderr } = await runCli(['watch', 'no-such-folder'], { cwd: tmpdir() });
  expect(stderr).toContain('There is no folder no-such-folder.');
  expect(stderr).toContain('crablet watch');
  expect(code).toBe(2);
});
