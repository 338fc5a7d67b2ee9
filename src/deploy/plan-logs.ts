import { type DesiredFunction, OWNER_TAG } from './desired.js';
import type { ObservedFunctionState } from './observed.js';
import type { Step, Write } from './step.js';

/**
 * How long the function's log group keeps what is written. One that crablet has set is marked, so that it is taken away
 * with the setting; what an organisation sets by itself is left alone.
 */
export function planLogs(desired: DesiredFunction, { logGroup: there }: ObservedFunctionState): Step[] {
  const { logRetentionDays: days, configuration, owner } = desired;
  const { group } = configuration.logging;
  const tags = { [OWNER_TAG]: owner };
  const text = (value: number | null | undefined) => (value ? `${value} days` : null);
  const step = (writes: readonly Write[], why: string): Step[] => {
    if (writes.length === 0) return [];
    const change = { name: 'log retention', before: text(there?.retentionDays), after: text(days) };
    const what =
      days === null ? `keep the logs of ${group} for ever` : `keep the logs of ${group} ${days} days`;
    return [{ id: 'log-group', what, why, changes: [change], removes: days === null, writes }];
  };
  if (days === null) {
    if (!there?.owned) return [];
    const remove: Write[] = there.retentionDays === null ? [] : [{ kind: 'delete-retention', group }];
    return step(
      [...remove, { kind: 'untag-log-group', arn: there.arn, keys: [OWNER_TAG] }],
      'the project does not say it any more',
    );
  }
  const make: Write[] = there
    ? there.owned
      ? []
      : [{ kind: 'tag-log-group', arn: there.arn, tags }]
    : [{ kind: 'create-log-group', group, tags }];
  const keep: Write[] = there?.retentionDays === days ? [] : [{ kind: 'put-retention', group, days }];
  return step([...make, ...keep], there ? 'the project says otherwise' : 'there is no log group yet');
}
