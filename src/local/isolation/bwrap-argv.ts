/** One thing that the processes see in their file system. */
export type Piece =
  /** `empty` is in memory, and can be written to until it is made read-only as a whole. */
  | { readonly kind: 'folder' | 'empty'; readonly at: string }
  /** `optional`: nothing, when there is no such thing on this machine. */
  | {
      readonly kind: 'read-only' | 'device' | 'writable';
      readonly from: string;
      readonly at: string;
      readonly optional?: true;
    }
  | { readonly kind: 'link'; readonly to: string; readonly at: string };

export interface ViewFacts {
  /** Root may make mounts as it is; everybody else in a user namespace of their own. */
  readonly privileged: boolean;
  /** What the machine has at its root that programs need: /usr, /etc, /bin -> usr/bin, … */
  readonly system: readonly Piece[];
  /** The function's files, at /var/task. */
  readonly task: readonly Piece[];
  /** What lies in /opt; nothing without layers. */
  readonly opt: string | undefined;
  /** The folder, or mounted file system, that is the environment's /tmp. */
  readonly tmp: string;
  /** Files that name the user (passwd(5), group(5)). */
  readonly passwd: string;
  readonly group: string;
  /** A file of names (hosts(5)); the machine's own when it has none. */
  readonly hosts: string | undefined;
}

/** Who processes are: recorded is the name (SNAP:test_lambda#test_runtime_introspection_x86), the numbers are ours. */
export const SANDBOX_USER = { name: 'sbx_user1051', uid: 993, gid: 990 } as const;

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/**
 * bubblewrap's arguments for the file system of an environment: its own /var/task, /opt and /tmp, what is needed of
 * the machine's, and nothing that could be written to but /tmp.
 *
 * Not used: `--dev`, for it takes a second user namespace that nothing can enter afterwards, and `--unshare-pid`, for
 * bubblewrap would then stand between us and the process, whose end it tells without the signal.
 */
export function bwrapArgv(facts: ViewFacts): string[] {
  const { uid, gid } = SANDBOX_USER;
  return [
    '--die-with-parent',
    '--unshare-ipc',
    ...(facts.privileged ? [] : ['--unshare-user', '--uid', `${uid}`, '--gid', `${gid}`]),
    ...withParents(pieces(facts)).flatMap(argumentsFor),
    // Lambda has no /dev/shm either (AWS Compute blog, "Parallel processing in Python with AWS Lambda").
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', '/var/task'],
  ];
}

function pieces({ system, passwd, group, hosts, task, opt, tmp }: ViewFacts): Piece[] {
  return [
    ...system,
    { kind: 'read-only', from: passwd, at: '/etc/passwd' },
    { kind: 'read-only', from: group, at: '/etc/group' },
    ...(hosts === undefined ? [] : [{ kind: 'read-only' as const, from: hosts, at: '/etc/hosts' }]),
    // The machine's, for processes are not in a namespace of their own: the system shows each user what is theirs.
    { kind: 'writable', from: '/proc', at: '/proc' },
    { kind: 'empty', at: '/dev' },
    ...DEVICES.map((name): Piece => ({ kind: 'device', from: `/dev/${name}`, at: `/dev/${name}` })),
    ...['stdin', 'stdout', 'stderr'].map(
      (name, fd): Piece => ({ kind: 'link', to: `/proc/self/fd/${fd}`, at: `/dev/${name}` }),
    ),
    { kind: 'link', to: '/proc/self/fd', at: '/dev/fd' },
    ...task,
    opt === undefined ? { kind: 'folder', at: '/opt' } : { kind: 'read-only', from: opt, at: '/opt' },
    ...['/var/runtime', '/var/lang', '/mnt'].map((at): Piece => ({ kind: 'folder', at })),
    { kind: 'writable', from: tmp, at: '/tmp' },
  ];
}

/** Makes the folders above each piece: bubblewrap would make them for root alone. */
function withParents(given: readonly Piece[]): Piece[] {
  const there = new Map<string, Piece['kind']>();
  return given.flatMap((piece) => {
    const above: Piece[] = [];
    const names = piece.at.split('/').slice(1, -1);
    for (let depth = 1; depth <= names.length; depth += 1) {
      const at = `/${names.slice(0, depth).join('/')}`;
      const kind = there.get(at);
      // What comes from the machine has its folders already.
      if (kind !== undefined && kind !== 'folder' && kind !== 'empty') break;
      if (kind === undefined) above.push({ kind: 'folder', at });
      there.set(at, kind ?? 'folder');
    }
    there.set(piece.at, piece.kind);
    return [...above, piece];
  });
}

function argumentsFor(piece: Piece): string[] {
  switch (piece.kind) {
    case 'folder':
      return ['--dir', piece.at];
    case 'empty':
      return ['--tmpfs', piece.at];
    case 'link':
      return ['--symlink', piece.to, piece.at];
    case 'read-only':
      return [piece.optional ? '--ro-bind-try' : '--ro-bind', piece.from, piece.at];
    case 'writable':
      return ['--bind', piece.from, piece.at];
    case 'device':
      return ['--dev-bind', piece.from, piece.at];
  }
}
