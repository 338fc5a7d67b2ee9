import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { mayAttach } from '../process/tracer.js';
import { configurationName, type Debuggable, withConfigurations } from './launch-configurations.js';

/**
 * Adds the functions to the project's `.vscode/launch.json`, in which nothing else is touched.
 * @returns what is in the way, when it could not be done
 */
export async function writeLaunchFile(
  workspaceRoot: string,
  executables: readonly { readonly name: string; readonly path: string }[],
): Promise<string | undefined> {
  const folder = join(workspaceRoot, '.vscode');
  const file = join(folder, 'launch.json');
  try {
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const functions = executables.map(({ name, path }) => ({ name, program: asVsCode(path, workspaceRoot) }));
    const after = withConfigurations(before, functions);
    if (after === undefined) return byHand(file, 'is not a launch.json as VS Code reads it', functions);
    if (after === before) return undefined;
    await mkdir(folder, { recursive: true });
    await writeFile(file, after);
    return undefined;
  } catch (error) {
    return `${file} cannot be written (${(error as Error).message}). Make it writable, or attach by process number.`;
  }
}

/** Tells of what keeps debuggers from attaching here, if anything does. */
export async function warnOfSystem(warn: (text: string) => void): Promise<void> {
  if (await mayAttach()) return;
  warn(
    'This system lets no debugger attach to a process that it has not started. Until the next start of the machine: ' +
      'sudo sysctl -w kernel.yama.ptrace_scope=0',
  );
}

/** A path that holds wherever the project lies; one elsewhere as it is. */
function asVsCode(path: string, workspaceRoot: string): string {
  const inside = relative(workspaceRoot, path);
  const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
  return isInside ? `\${workspaceFolder}/${inside.replaceAll('\\', '/')}` : path;
}

function byHand(file: string, why: string, functions: readonly Debuggable[]): string {
  const lines = functions.map(({ name, program }) =>
    JSON.stringify({ type: 'lldb', request: 'attach', name: configurationName(name), program }),
  );
  return `${file} ${why}, and stays as it is. Mend it, or add to its "configurations": ${lines.join(', ')}`;
}
