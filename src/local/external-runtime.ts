import { PassThrough } from 'node:stream';
import type { Exit } from '../process/supervise.js';
import { unconfined } from './isolation/unconfined.js';
import type { Isolation } from './isolation.js';

/**
 * Functions that somebody else starts, such as a debugger: an environment waits until a runtime asks for work at its
 * endpoint, and takes the end of its last connection for the end of the process.
 * @param onVariables told what the process needs in its environment to find us
 */
export function externalRuntime(onVariables: (variables: Record<string, string>) => void): Isolation {
  const start: Parameters<typeof unconfined>[0]['start'] = ({ env, whenAbandoned }) => {
    let listener: ((exit: Exit) => void) | undefined;
    whenAbandoned(() => listener?.({ kind: 'exit', status: 0 }));
    onVariables(env);
    return {
      pid: undefined,
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      onStart() {},
      onExit(callback) {
        listener = callback;
      },
      // Not ours to end.
      signal() {},
    };
  };
  return unconfined({ start, maxMemoryMb: () => undefined }, true);
}
