import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
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
    folder) set -- "$group" "$@" ;;
    groups) set -- "$@" "$group" ;;
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
  /** To be told before the folder is made: at no moment can it be left behind. */
  removes(folder: string): void;
  /** The same of a folder of control groups, whose processes are killed. */
  removesGroups(folder: string): void;
  /** Lets the shell end; it removes the folder. Safe to call twice. */
  close(): void;
}

/** Makes a temporary folder that is gone with this process, whatever ends it. */
export function reapedFolder(reaper: Pick<Reaper, 'removes'>, base: string, prefix: string): string {
  const folder = join(base, `${prefix}${randomBytes(6).toString('hex')}`);
  reaper.removes(folder);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** @param folders absolute paths that this process made itself: they are removed with everything in them */
export function startReaper(folders: readonly string[] = []): Reaper {
  if (process.platform === 'win32')
    return { add() {}, remove() {}, removes() {}, removesGroups() {}, close() {} };
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'crablet-reaper', ...folders, '--'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  // A path of two lines would be two paths, of which neither is ours.
  const tell = (what: string, path: string) =>
    void (path.includes('\n') || shell.stdin.write(`${what} ${path}\n`));
  return {
    removes: (folder) => tell('folder', folder),
    removesGroups: (folder) => tell('groups', folder),
    add: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    remove: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => void shell.stdin.end(),
  };
}
