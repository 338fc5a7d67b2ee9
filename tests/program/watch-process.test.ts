import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LongLived } from '../support/cli.js';
import { http } from '../support/http.js';
import { type FunctionProject, functionProject, HELD } from '../support/project.js';

let project: FunctionProject;

beforeEach(async () => {
  project = await functionProject();
});
afterEach(() => project.remove());

const lambdaFolder = () => readdir(join(project.folder, 'target/lambda')).catch(() => []);

function watch(): LongLived {
  return new LongLived(['watch', '--invoke-port', '0'], { cwd: project.folder, env: project.env });
}

/** A watch whose function has a process, and that process a child of its own. */
async function watchBusy(): Promise<LongLived> {
  await project.save(
    'hello',
    "() => (require('node:child_process').spawn('sleep', ['1000'], { stdio: 'ignore' }), 'busy')",
  );
  const cli = watch();
  const [, url = ''] = await cli.readUntil(/function at (\S+)/);
  expect((await http(url)).text).toBe('busy');
  expect(cli.descendants().length).toBeGreaterThanOrEqual(3);
  return cli;
}

describe('the end of a watch', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 130],
    ['SIGHUP', 130],
  ] as const)('by %s leaves nothing behind', async (signal, code) => {
    const cli = await watchBusy();
    expect(await cli.stop(signal)).toBe(code);
    expect(await lambdaFolder()).toEqual([]);
  });

  it('by force leaves no process and no temporary file, and the next watch clears the rest', async () => {
    const cli = await watchBusy();
    expect(await cli.stop('SIGKILL')).toBe(null);
    expect(await lambdaFolder()).toEqual(['.local.json', '.watch']);
    const next = watch();
    await next.readUntil(/^ready /m);
    expect(await next.stop('SIGTERM')).toBe(130);
    expect(await lambdaFolder()).toEqual([]);
  });

  it('during a build ends the build', async () => {
    project.holdNextBuild();
    const cli = watch();
    await cli.readUntil(HELD);
    expect(await cli.stop('SIGINT')).toBe(130);
    expect(await lambdaFolder()).toEqual([]);
  });

  it('by force during a build ends the build, too', async () => {
    project.holdNextBuild();
    const cli = watch();
    await cli.readUntil(HELD);
    // Waits until none of the processes that it had started is left.
    expect(await cli.stop('SIGKILL')).toBe(null);
  });

  it('comes with a stack, and leaves nothing behind, when it is our fault', async () => {
    // A build that says it made an executable, and did not.
    const cli = watch();
    await cli.readUntil(/^ready /m);
    await project.onBuild(`${SAYS_BUILT.replaceAll('FOLDER', project.folder)}`);
    await rm(join(project.folder, 'target/debug'), { recursive: true });
    await project.save('hello', "() => 'two'");
    expect(await cli.end()).toMatchObject({ code: 70 });
    expect(cli.text.stderr).toMatch(/ENOENT[\s\S]*This is a bug in crablet/);
    expect(await lambdaFolder()).toEqual([]);
  });
});

const SAYS_BUILT = `printf '%s\\n' '${JSON.stringify({
  reason: 'compiler-artifact',
  manifest_path: 'FOLDER/Cargo.toml',
  target: { kind: ['bin'], name: 'hello' },
  profile: { test: false },
  executable: 'FOLDER/target/debug/hello',
  fresh: false,
})}'\n`;
