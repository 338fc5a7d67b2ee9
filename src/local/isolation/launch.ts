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
  readonly view?: ViewOfAnother;
}

export interface ViewOfAnother {
  /** The process id of who has it, when it is there. */
  readonly holder: Promise<number>;
  /** Who to become; undefined where a user namespace says it. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** The programs of util-linux by their paths: PATH is the function's. */
export interface Tools {
  readonly nsenter: string;
  readonly prlimit: string;
}

// It joins before it becomes anything else, so that nothing of the function runs outside of its limits. What some
// shells add to the environment is taken away again: on AWS it is not there.
const JOIN = `while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done
shift
unset PWD OLDPWD SHLVL
`;
const RUN = `${JOIN}exec "$@"`;

// The first who joins a control group after a while waits some 10 ms for it (a grace period of the kernel's). Meanwhile
// the view is being made; whose it is comes on a line.
const ENTER = `${JOIN}program=$1
shift
read -r holder <&3 || exit 126
exec 3<&-
exec "$@" --target "$holder" -- "$program"`;

export function launchRequest(launch: Launch, { nsenter, prlimit }: Tools): ProcessRequest {
  const { program, cwd, env, groups, limits, view } = launch;
  const limiting = limits.length > 0 ? [prlimit, ...limits.map(limitArgument)] : [];
  const [script, command] = view
    ? [ENTER, [program, ...limiting, nsenter, ...entering(view)]]
    : [RUN, [...limiting, program]];
  return {
    program: '/bin/sh',
    args: ['-c', script, 'crablet', ...groups, '--', ...command],
    cwd,
    env,
    awaits: view?.holder.then(String),
  };
}

function entering({ user }: ViewOfAnother): string[] {
  const identity = user
    ? ['--setuid', `${user.uid}`, '--setgid', `${user.gid}`]
    : ['--user', '--preserve-credentials'];
  // The working directory is the one that whoever holds the view has: /var/task.
  return ['--mount', '--ipc', '--wd', ...identity];
}

function limitArgument({ name, soft, hard }: ResourceLimit): string {
  return `--${name}=${soft}:${hard}`;
}
