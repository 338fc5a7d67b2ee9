import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { LongLived, type RunningCli, startCli } from '../support/cli.js';
import { http } from '../support/http.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { attach } from '../support/tracer.js';

/** `watch --debug`: how a person gets to a breakpoint. */

let project: FunctionProject;
let cli: RunningCli | undefined;

beforeEach(async () => {
  project = await functionProject();
  await project.save('hello', '() => process.argv[1]');
});
afterEach(async () => {
  await cli?.interrupt();
  await project.remove();
});

function start(): RunningCli {
  cli = startCli(['watch', '--invoke-port', '0', '--debug'], { cwd: project.folder, env: project.env });
  return cli;
}

const launchFile = () => join(project.folder, '.vscode', 'launch.json');

it.runIf(process.platform === 'linux')(
  'says which process waits, tells VS Code of it, and goes on with a debugger',
  async () => {
    const running = start();
    const [, url = ''] = await running.until(/serves \d+ functions? at (\S+)/);
    await running.until(/^ready /m);
    const [configuration] = JSON.parse(readFileSync(launchFile(), 'utf8')).configurations;
    expect(configuration).toMatchObject({ type: 'lldb', request: 'attach', name: 'crablet: hello' });
    expect(configuration.program).toMatch(/^\$\{workspaceFolder\}\/target\/.*\/hello$/);
    const answer = http(url);
    const [, pid] = await running.until(/hello waits for a debugger: .*rust-gdb -p (\d+)/);
    const tracer = await attach(Number(pid));
    onTestFinished(() => tracer.detach());
    // A debugger finds the process by the name that its configuration has.
    expect((await answer).text).toMatch(/\/hello"?$/);
    await running.until(/debugging hello \(pid \d+\)/);
  },
);

it('works as it is bundled, too', async () => {
  const watching = new LongLived(['watch', '--invoke-port', '0', '--debug'], {
    cwd: project.folder,
    env: project.env,
  });
  await watching.readUntil(/^ready /m);
  expect(readFileSync(launchFile(), 'utf8')).toContain('"crablet: hello"');
  // Nothing of it is left: no process, no file.
  expect(await watching.stop()).toBe(130);
});

it('leaves a launch.json that it cannot read, and says what to add to it', async () => {
  mkdirSync(join(project.folder, '.vscode'));
  writeFileSync(launchFile(), '{ "configurations": oops');
  await start().until(/launch\.json is not a launch\.json as VS Code reads it.*"crablet: hello"/);
  expect(readFileSync(launchFile(), 'utf8')).toBe('{ "configurations": oops');
});
