import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Which program listens on a TCP port, such as `node (pid 4711)`; undefined where the system does not tell: other
 * systems than Linux, or a program of another user.
 */
export function portHolder(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
    if (inodes.size === 0) return undefined;
    const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holdsSocket(entry, inodes));
    return pid === undefined ? undefined : `${nameOf(pid)} (pid ${pid})`;
  } catch {
    return undefined;
  }
}

const LISTEN = '0A';

/** Socket inodes of the port's listeners; the table's columns are in proc(5). */
function listeners(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync(table, 'latin1').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(wanted) && columns[3] === LISTEN)
    .map((columns) => `socket:[${columns[9]}]`);
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => inodes.has(linkOf(`${folder}/${fd}`)));
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** The program and its first argument: `node dist/crablet.cjs` tells more than `node`. */
function nameOf(pid: string): string {
  const [program = '', argument] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const short = program.split('/').at(-1) ?? program;
  return argument && !argument.startsWith('-') ? `${short} ${argument}` : short;
}
