/** What `--isolation` may say. */
export const ISOLATION_NAMES = ['auto', 'linux', 'portable'] as const;
export type IsolationName = (typeof ISOLATION_NAMES)[number];

/** `aws`: as much of the processors as the function's memory gives it; `full`: all there is. */
export const CPU_NAMES = ['aws', 'full'] as const;
export type CpuName = (typeof CPU_NAMES)[number];

/** What was found out about this machine; a text says what is missing. */
export interface Abilities {
  /** File systems of their own, a user of their own, Lambda's limits. */
  readonly views: true | string;
  readonly memory: boolean;
  readonly cpu: boolean;
  readonly freezer: boolean;
  /** Whether /tmp has a size. */
  readonly sizedTmp: boolean;
}

/** What every system can do. */
export const PORTABLE_ABILITIES: Abilities = {
  views: 'portable',
  memory: false,
  cpu: false,
  freezer: false,
  sizedTmp: false,
};

/** One line for a person: what is enforced, and what is not. */
export function describe({ views, memory, freezer, sizedTmp }: Abilities, cpu: CpuName): string {
  const files = views === true;
  const enforced = [
    memory ? 'memory' : 'memory (by looking now and then)',
    freezer ? 'the freeze between invocations' : 'the freeze between invocations (by signals)',
    ...(cpu === 'aws' ? ['the share of the CPU'] : []),
    ...(files ? ["read-only files, a /tmp of its own, Lambda's user and limits"] : []),
    ...(sizedTmp ? ['the size of /tmp'] : []),
  ];
  const missing = [
    ...(files ? [] : ['files, user and limits']),
    ...(sizedTmp ? [] : ['the size of /tmp']),
    ...(cpu === 'aws' ? [] : ['the share of the CPU (--cpu aws)']),
    'the network',
  ];
  const why = files || views === 'portable' ? '' : ` (${views})`;
  return `enforced: ${enforced.join(', ')}. Not enforced: ${missing.join(', ')}${why}.`;
}

/** What keeps `--isolation linux` from working, and the command that mends it; undefined when all is there. */
export function missingForLinux({
  views,
  memory,
  freezer,
}: Abilities): { what: string; fix: string } | undefined {
  if (views !== true) return { what: views, fix: views === NO_BWRAP ? FIX_BWRAP : FIX_NAMESPACES };
  if (memory && freezer) return undefined;
  return { what: 'No control group can be made here that limits memory', fix: FIX_GROUPS };
}

export const NO_BWRAP = 'bubblewrap (bwrap) is not installed';

const FIX_BWRAP = 'sudo apt-get install bubblewrap';
const FIX_NAMESPACES =
  'Allow user namespaces, on Ubuntu with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
const FIX_GROUPS =
  'Start it in a group of your own: systemd-run --user --scope -p Delegate=yes crablet watch';
