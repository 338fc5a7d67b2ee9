import type { ProcessRequest } from '../../process/supervise.js';
import type { ResourceLimit } from './resource-limits.js';

/** How a process gets to where it is confined. Every step replaces the one before: all of them are one process. */
export interface Launch {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The control groups to join: their files `cgroup.procs`. */
  readonly groups: readonly string[];
  readonly limits: readonly ResourceLimit[];
  /** Whose view of the file system to take over. */
  readonly view?: {
    readonly pid: number;
    /** Who to become; undefined where a user namespace says it. */
    readonly user: { readonly uid: number; readonly gid: number } | undefined;
  };
}

// It joins before it becomes anything else, so that nothing of the function runs outside of its limits. What some
// shells add to the environment is taken away again: on AWS it is not there.
const JOIN = `while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done
shift
unset PWD OLDPWD SHLVL
exec "$@"`;

/** The programs of util-linux by their paths: PATH is the function's. */
export interface Tools {
  readonly nsenter: string;
  readonly prlimit: string;
}

export function launchRequest(
  { program, cwd, env, groups, limits, view }: Launch,
  tools: Tools,
): ProcessRequest {
  const inside = view ? [tools.nsenter, ...entering(view), '--', program] : [program];
  const limited = limits.length > 0 ? [tools.prlimit, ...limits.map(limitArgument), ...inside] : inside;
  return { program: '/bin/sh', args: ['-c', JOIN, 'crablet', ...groups, '--', ...limited], cwd, env };
}

function entering({ pid, user }: NonNullable<Launch['view']>): string[] {
  const identity = user
    ? ['--setuid', `${user.uid}`, '--setgid', `${user.gid}`]
    : ['--user', '--preserve-credentials'];
  // The working directory is the one that whoever holds the view has: /var/task.
  return ['--target', `${pid}`, '--mount', '--ipc', '--wd', ...identity];
}

function limitArgument({ name, soft, hard }: ResourceLimit): string {
  return `--${name}=${soft}:${hard}`;
}
