import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { packageRoot } from '../../src/package-root.js';
import { makeTestWorkspace, TEST_WORKSPACE } from './test-workspace.js';

/** Absolute paths of the executables that the suite `rust` drives, by the name of the binary. */
export type BuiltFunctions = Readonly<Record<string, string>>;

declare module 'vitest' {
  export interface ProvidedContext {
    functions: BuiltFunctions;
  }
}

const WORKSPACES = [TEST_WORKSPACE, join(packageRoot(), 'examples', 'hello-http')];

const HOW_TO_LOCK =
  'cd .tools/functions && cargo metadata --format-version 1 >/dev/null && cp Cargo.lock ../../tests/functions/';

/** Builds the functions once before the suite; cargo does nothing when they are as they were. */
export default async function setup(project: TestProject): Promise<void> {
  await makeTestWorkspace();
  const built: Record<string, string> = {};
  for (const workspace of WORKSPACES) {
    for (const [name, path] of Object.entries(await build(workspace))) {
      // They share a target folder: of two with one name the tests would get what was built last.
      if (name in built)
        throw new Error(`${workspace} has a second binary named "${name}": give it another name`);
      built[name] = path;
    }
  }
  project.provide('functions', built);
}

async function build(folder: string): Promise<BuiltFunctions> {
  const target = join(packageRoot(), '.tools', 'target');
  const run = promisify(execFile)(
    'cargo',
    ['build', '--locked', '--message-format=json-render-diagnostics'],
    {
      cwd: folder,
      env: { ...process.env, CARGO_TARGET_DIR: target },
      maxBuffer: 64 * 1_048_576,
    },
  );
  run.child.stderr?.pipe(process.stderr);
  const { stdout } = await run.catch((error: Error) => {
    // Of the workspace that is made of several no one edits the lock file where it is.
    throw new Error(`${error.message}\nWhere cargo wants to change a lock file: ${HOW_TO_LOCK}`);
  });
  const paths: Record<string, string> = {};
  for (const line of stdout.split('\n')) {
    const message =
      line === '' ? {} : (JSON.parse(line) as { executable?: string; target?: { name: string } });
    if (message.executable && message.target) paths[message.target.name] = message.executable;
  }
  if (Object.keys(paths).length === 0) throw new Error(`cargo built no function in ${folder}`);
  return paths;
}
