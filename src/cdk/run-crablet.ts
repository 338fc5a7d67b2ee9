import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

export interface CrabletRun {
  readonly status: number;
  readonly stdout: string;
  /** Empty when it was shown. */
  readonly stderr: string;
}

/** A build of a big workspace lists every function; Node's own limit is a megabyte. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** Of the CDK's program and of npm: they are not for a build, and would make each of them another one. */
const NOT_FOR_BUILDS = /^(CDK_|npm_|NODE_OPTIONS$|JEST_|VITEST|JSII_)/;

/**
 * Runs our own command line and waits for it: constructs are made synchronously.
 * @param options.show whether its progress and cargo's messages go to stderr as they come
 */
export function runCrablet(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly show: boolean },
): CrabletRun {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(packageRoot(), 'dist', 'crablet.cjs'), ...argv],
    {
      cwd: options.cwd,
      env: options.env,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT,
      stdio: ['ignore', 'pipe', options.show ? 'inherit' : 'pipe'],
    },
  );
  if (error) throw error;
  return { status: status ?? 1, stdout, stderr: stderr ?? '' };
}

/** The environment of a build: this process' own, without what the CDK and npm put into it. */
export function buildEnvironment(
  env: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !NOT_FOR_BUILDS.test(name));
  return { ...Object.fromEntries(own), ...more };
}
