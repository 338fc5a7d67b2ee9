export interface ResourceLimit {
  /** As prlimit(1) calls it. */
  readonly name: string;
  readonly soft: string;
  readonly hard: string;
}

const UNLIMITED = 'unlimited';

/** SNAP:test_lambda#test_runtime_ulimits. `row` is the limit's name in /proc/<pid>/limits. */
const RECORDED = [
  { name: 'nofile', row: 'Max open files', soft: '1024', hard: '1024' },
  { name: 'nproc', row: 'Max processes', soft: '742', hard: '742' },
  { name: 'core', row: 'Max core file size', soft: '10737418240', hard: '10737418240' },
  { name: 'memlock', row: 'Max locked memory', soft: '65536', hard: '65536' },
  { name: 'stack', row: 'Max stack size', soft: '8388608', hard: UNLIMITED },
] as const;

/**
 * Lambda's limits, as far as this process may set them: nobody but root raises a hard limit.
 * @param own /proc/self/limits
 */
export function resourceLimits(own: string, without: readonly string[] = []): ResourceLimit[] {
  return RECORDED.filter(({ name }) => !without.includes(name)).map(({ name, row, soft, hard }) => {
    const highest = new RegExp(`^${row} +\\S+ +(\\S+)`, 'm').exec(own)?.[1] ?? UNLIMITED;
    return { name, soft: lower(soft, highest), hard: lower(hard, highest) };
  });
}

function lower(one: string, other: string): string {
  if (one === UNLIMITED) return other;
  if (other === UNLIMITED) return one;
  return String(Math.min(Number(one), Number(other)));
}
