import { spawnSync } from 'node:child_process';
import type { BundleRequest } from './bundle-request.js';
import type { Complaint } from './construct-error.js';

/** Runs the commands of a hook one after the other, in a shell: that is what they are written for. */
export function runHooks(
  name: 'beforeBundling' | 'afterBundling',
  { bundling, path }: BundleRequest,
  inputDir: string,
  outputDir: string,
  env: NodeJS.ProcessEnv,
): Complaint | undefined {
  const commands = bundling.commandHooks?.[name]?.(inputDir, outputDir) ?? [];
  for (const command of commands) {
    // stdout may be what an app prints its template to.
    const { status, error } = spawnSync(command, {
      shell: true,
      cwd: inputDir,
      env,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) {
      const why = error ? error.message : `it ended with ${status}`;
      return {
        what: `The command '${command}' of ${name} failed: ${why}.`,
        fix: `Mend it, or take it out of commandHooks of ${path}.`,
      };
    }
  }
  return undefined;
}
