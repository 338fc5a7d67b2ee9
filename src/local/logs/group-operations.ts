import type { Home } from '../../lambda/function-name.js';
import { groupNameOf } from '../../lambda/logs/arn.js';
import { invalidParameter, LogsError, noSuchGroup } from '../../lambda/logs/errors.js';
import type { Input } from '../../lambda/logs/requests.js';
import type { GroupSettings } from './group-settings.js';
import type { LogStore } from './log-store.js';

/** What deploy tools do with log groups. Each answers with nothing, once it is kept. */
export interface GroupContext {
  readonly store: LogStore;
  readonly settings: GroupSettings;
  readonly home: Home;
}

/** CloudWatch's own choice (API reference, PutRetentionPolicy). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export async function createLogGroup(
  { store, settings }: GroupContext,
  { logGroupName: name, tags = {} }: Input<'CreateLogGroup'>,
): Promise<void> {
  if (name === undefined) throw noSuchGroup();
  // Recorded: localstack test_logs_groups.
  if (store.group(name))
    throw new LogsError({
      code: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
  store.openGroup(name);
  await settings.put(name, { tags });
}

export async function deleteLogGroup(
  context: GroupContext,
  { logGroupName }: Input<'DeleteLogGroup'>,
): Promise<void> {
  await context.settings.delete(existing(context, logGroupName));
}

export async function putRetentionPolicy(
  context: GroupContext,
  { logGroupName, retentionInDays }: Input<'PutRetentionPolicy'>,
): Promise<void> {
  if (retentionInDays === undefined || !RETENTION_DAYS.includes(retentionInDays))
    throw invalidParameter(
      `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
    );
  const name = existing(context, logGroupName);
  await context.settings.put(name, { ...context.settings.of(name), retentionInDays });
}

export async function deleteRetentionPolicy(
  context: GroupContext,
  { logGroupName }: Input<'DeleteRetentionPolicy'>,
): Promise<void> {
  const name = existing(context, logGroupName);
  await context.settings.put(name, { tags: context.settings.of(name).tags });
}

export async function tagResource(
  context: GroupContext,
  { resourceArn, tags = {} }: Input<'TagResource'>,
): Promise<void> {
  const name = existing(context, resourceArn);
  const before = context.settings.of(name);
  await context.settings.put(name, { ...before, tags: { ...before.tags, ...tags } });
}

export async function untagResource(
  context: GroupContext,
  { resourceArn, tagKeys = [] }: Input<'UntagResource'>,
): Promise<void> {
  const name = existing(context, resourceArn);
  const before = context.settings.of(name);
  const left = Object.entries(before.tags).filter(([key]) => !tagKeys.includes(key));
  await context.settings.put(name, { ...before, tags: Object.fromEntries(left) });
}

export function listTagsForResource(
  context: GroupContext,
  { resourceArn }: Input<'ListTagsForResource'>,
): object {
  return { tags: context.settings.of(existing(context, resourceArn)).tags };
}

function existing({ store, home }: GroupContext, identifier: string | undefined): string {
  const name = identifier === undefined ? undefined : groupNameOf(identifier, home);
  if (name === undefined || !store.group(name)) throw noSuchGroup();
  return name;
}
