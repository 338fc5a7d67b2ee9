import { spawn } from 'node:child_process';
import type { Roll } from './supervise.js';

/**
 * Ends what this process started, even when this process is killed with SIGKILL and can do nothing itself: a small
 * shell that reads our process groups from a pipe. The system closes the pipe with us; at its end the shell kills
 * every group still on the roll and removes the temporary folder and the control groups, which are empty a little later.
 *
 * A signal at the parent's death would be simpler, but only Linux has it, and Node.js gives no access to it.
 */
const SCRIPT = `
trap '' INT TERM HUP
groups=' '
while read -r change group; do
  case $change in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
while [ "$1" != -- ]; do
  rm -rf -- "$1"
  shift
done
shift
tries=0
while [ $# -gt 0 ] && [ $tries -lt 200 ]; do
  for top; do
    for group in "$top"/*/ "$top"/; do
      [ -f "$group/cgroup.procs" ] || continue
      while read -r pid; do kill -9 "$pid"; done <"$group/cgroup.procs"
      # Who is frozen does not die.
      [ ! -f "$group/freezer.state" ] || echo THAWED >"$group/freezer.state"
      rmdir "$group"
    done 2>/dev/null
  done
  for top; do
    shift
    [ ! -d "$top" ] || set -- "$@" "$top"
  done
  [ $# -eq 0 ] || sleep 0.05
  tries=$((tries + 1))
done
`;

export interface Reaper extends Roll {
  /** Lets the shell end; it removes the folder. Safe to call twice. */
  close(): void;
}

/**
 * @param folders absolute paths that this process made itself: they are removed with everything in them
 * @param controlGroups folders of control groups, whose processes are killed
 */
export function startReaper(folders: readonly string[], controlGroups: readonly string[] = []): Reaper {
  if (process.platform === 'win32') return { add() {}, remove() {}, close() {} };
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'crablet-reaper', ...folders, '--', ...controlGroups], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    add: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    remove: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => void shell.stdin.end(),
  };
}
