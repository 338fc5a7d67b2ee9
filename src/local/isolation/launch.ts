import { shellWord } from '../../process/shell-word.js';
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
// shells add to the environment is taken away again: on AWS it is not there. A group that has gone is one of a service that
// ended meanwhile: the shell's complaint would stand in the function's log.
const JOIN = `while [ "$1" != -- ]; do
  [ -e "$1" ] || exit 126
  echo 0 >"$1" || exit 126
  shift
done
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

// As before, but all that is left to do comes later, as a script: until then the process waits where it is.
const WAIT = `${JOIN}script=
while IFS= read -r line <&3; do script="$script$line
"; done
exec 3<&-
eval "$script"`;

/** A process that has joined its groups and does what `awaits` resolves to; it ends if that rejects. */
export function waitingRequest(groups: readonly string[], awaits: Promise<string>): ProcessRequest {
  return { program: '/bin/sh', args: ['-c', WAIT, 'crablet', ...groups, '--'], cwd: '/', env: {}, awaits };
}

/** Variables that a shell keeps for itself, or whose names it cannot have. */
const NOT_OF_A_SHELL =
  /^(?![A-Za-z_][A-Za-z0-9_]*$)|^(?:PPID|UID|EUID|IFS|OPTIND|OPTARG|LINENO|RANDOM|SECONDS|SHELLOPTS|BASH.*)$/;

/** Whether a waiting process can become one that has these variables. */
export function aShellHandsOn(env: Readonly<Record<string, string>>): boolean {
  return !Object.keys(env).some((name) => NOT_OF_A_SHELL.test(name));
}

/** What a waiting process is told to do. */
export function launchScript(
  { program, env, limits }: Pick<Launch, 'program' | 'env' | 'limits'>,
  view: { readonly holder: number; readonly user: ViewOfAnother['user'] },
  { nsenter, prlimit }: Tools,
): string {
  const limiting = limitingWith(prlimit, limits);
  const entry = [nsenter, ...entering(view), '--target', `${view.holder}`, '--', program];
  return [
    ...Object.entries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    `exec ${[...limiting, ...entry].map(shellWord).join(' ')}\n`,
  ].join('\n');
}

export function launchRequest(launch: Launch, { nsenter, prlimit }: Tools): ProcessRequest {
  const { program, cwd, env, groups, limits, view } = launch;
  const limiting = limitingWith(prlimit, limits);
  const [script, command] = view
    ? [ENTER, [program, ...limiting, nsenter, ...entering(view)]]
    : [RUN, [...limiting, program]];
  return {
    program: '/bin/sh',
    args: ['-c', script, 'crablet', ...groups, '--', ...command],
    cwd,
    env,
    awaits: view?.holder.then((pid) => `${pid}\n`),
  };
}

function limitingWith(prlimit: string, limits: readonly ResourceLimit[]): string[] {
  return limits.length > 0 ? [prlimit, ...limits.map(limitArgument)] : [];
}

function entering({ user }: Pick<ViewOfAnother, 'user'>): string[] {
  const identity = user
    ? ['--setuid', `${user.uid}`, '--setgid', `${user.gid}`]
    : ['--user', '--preserve-credentials'];
  // The working directory is the one that whoever holds the view has: /var/task.
  return ['--mount', '--ipc', '--wd', ...identity];
}

function limitArgument({ name, soft, hard }: ResourceLimit): string {
  return `--${name}=${soft}:${hard}`;
}
