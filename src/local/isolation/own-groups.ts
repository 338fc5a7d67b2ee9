/** A control group that this process is in, as the folder to find it in. */
export interface OwnGroup {
  readonly version: 1 | 2;
  /** Of version 1: which controllers the hierarchy has. Empty for version 2, whose folder tells. */
  readonly controllers: readonly string[];
  readonly folder: string;
}

/**
 * The control groups of this process that can be reached.
 * @param cgroup /proc/self/cgroup (cgroups(7)): `4:memory:/path`, and `0::/path` for version 2
 * @param mountinfo /proc/self/mountinfo (proc(5))
 */
export function ownGroups(cgroup: string, mountinfo: string): OwnGroup[] {
  const mounts = mountinfo.split('\n').flatMap(mountOf);
  return cgroup.split('\n').flatMap((line): OwnGroup[] => {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) return [];
    const controllers = names.split(',').filter(Boolean);
    const version = controllers.length === 0 ? 2 : 1;
    const mount = mounts.find(
      (one) => one.version === version && controllers.every((name) => one.options.includes(name)),
    );
    const below = mount && pathBelow(mount.root, path);
    if (!mount || below === undefined) return [];
    return [{ version, controllers, folder: mount.folder + below }];
  });
}

interface Mount {
  readonly version: 1 | 2;
  /** What of the hierarchy is mounted: in a container it may be a part of it. */
  readonly root: string;
  readonly folder: string;
  readonly options: readonly string[];
}

function mountOf(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '', folder = ''] = before.split(' ');
  const [type, , options = ''] = after.split(' ');
  if (type !== 'cgroup' && type !== 'cgroup2') return [];
  const version = type === 'cgroup2' ? 2 : 1;
  return [{ version, root: unescaped(root), folder: unescaped(folder), options: options.split(',') }];
}

/** Blanks and the like are written as octal numbers. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The part of the path below the mount's root; undefined when it lies outside of what is mounted. */
function pathBelow(root: string, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  if (root === '/') return path === '/' ? '' : path;
  if (path === root) return '';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
